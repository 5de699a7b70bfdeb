import Market

/// A market that no generator can be fitted to, or a request that none can fulfil.
public enum GeneratorError: UserFacingError, Equatable {
  /// Consecutive training dates with returns.
  case tooShort(longest: Int, needed: Int, for: String)
  /// Training dates on which no asset has a return, or that are absent, between others that are there.
  case hole(first: TradingDate, last: TradingDate)
  case missingComponent(MarketComponent, for: String)
  /// An asset with nothing to learn from.
  case emptyAsset(String, for: String)
  case diverged(generator: String, step: Int)
  /// Of a generator whose training goes by epochs, counted from 1.
  case divergedInEpoch(generator: String, epoch: Int)
  /// A stored generator that does not fit what it is restored to.
  case stored(generator: String, reason: String)
  case newAssets(generator: String)
  case request(key: String, value: String, accepted: String)

  public var description: String {
    switch self {
    case .tooShort(let longest, let needed, let purpose):
      "\(purpose) needs at least \(needed) consecutive training dates with returns; the longest "
        + "stretch has \(longest)"
    case .hole(let first, let last):
      "no asset has a return from \(first) to \(last), within the training dates; name dates without that "
        + "stretch (--dates)"
    case .missingComponent(let component, let purpose):
      "\(purpose) needs the field '\(component.field)', which the market lacks"
    case .emptyAsset(let asset, let purpose):
      "\(purpose) finds no return of '\(asset)' on the training dates"
    case .diverged(let generator, let step):
      "training '\(generator)' diverged in step \(step); a lower learning rate may help"
    case .divergedInEpoch(let generator, let epoch):
      "training '\(generator)' diverged in epoch \(epoch); a lower learning rate may help"
    case .stored(let generator, let reason): "the stored '\(generator)' cannot be used: \(reason)"
    case .newAssets(let generator):
      "'\(generator)' repeats observed assets and cannot make new ones; ask for the fitted universe"
    case .request(let key, let value, let accepted): "\(key) is \(value); accepted: \(accepted)"
    }
  }
}
