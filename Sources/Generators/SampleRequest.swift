import Market

/// What a fitted generator is asked for.
public struct SampleRequest: Sendable {
  /// Whose days are made.
  public enum Assets: Sendable, Equatable {
    /// The assets of the training panel, in its order.
    case fitted
    /// So many that nobody has seen; attributes are drawn from those of the fitted ones.
    case new(Int)
  }

  public var days: Int
  public var assets: Assets
  /// Everything random is drawn from here: the same tree gives the same bits.
  public var seeds: SeedTree
  /// The state of the market each day is to be in, one a day; `nil` leaves it to the generator.
  ///
  /// Generators without conditions ignore them.
  public var conditions: [MarketCondition]?
  /// Bends the noise that all assets share.
  public var tilt: NoiseTilt?

  public init(
    days: Int, assets: Assets = .fitted, seeds: SeedTree, conditions: [MarketCondition]? = nil,
    tilt: NoiseTilt? = nil
  ) {
    (self.days, self.assets, self.seeds) = (days, assets, seeds)
    (self.conditions, self.tilt) = (conditions, tilt)
  }

  /// The random streams of one path.
  public func seeds(path: Int) -> SeedTree { seeds.subtree("path", "\(path)") }

  /// The noise that all assets of a path share: (lead + days) × width standard normals, tilted.
  ///
  /// `lead` dates before the first of the sample are drawn as well, and never tilted. The draws do
  /// not depend on the tilt.
  public func sharedNoise(path: Int, lead: Int = 0, width: Int) -> [Float] {
    var stream = seeds(path: path).stream("shared")
    var noise = (0..<(lead + days) * width).map { _ in Float(stream.normal()) }
    tilt?.apply(to: &noise, from: lead * width, days: days, width: width)
    return noise
  }

  /// - Throws: `GeneratorError.request` for a size that is out of range.
  public func validate() throws(GeneratorError) {
    guard (1...1_000_000).contains(days) else {
      throw .request(key: "days", value: "\(days)", accepted: "1 to 1000000")
    }
    if case .new(let count) = assets, !(1...10_000).contains(count) {
      throw .request(key: "assets", value: "\(count)", accepted: "1 to 10000 new assets")
    }
    if let odd = conditions?.compactMap(\.volatility).first(where: { !($0 > 0 && $0 < 10) }) {
      throw .request(key: "conditions.volatility", value: "\(odd)", accepted: "above 0, below 10")
    }
    if let conditions, conditions.count != days {
      throw .request(
        key: "conditions", value: "\(conditions.count) days", accepted: "one a day, \(days)")
    }
  }
}

/// A change of the shared noise: on each day, every component is scaled and then shifted.
///
/// The first component of shared noise is by convention the market's direction: more of it, a higher
/// market return. Scenarios are found by searching over tilts.
public struct NoiseTilt: Sendable, Equatable {
  /// One a day; added to the first component.
  public var shift: [Float]
  /// One a day; multiplies every component.
  public var scale: [Float]

  public init(shift: [Float], scale: [Float]) { (self.shift, self.scale) = (shift, scale) }

  func apply(to noise: inout [Float], from start: Int, days: Int, width: Int) {
    guard width > 0 else { return }
    for day in 0..<Swift.min(days, shift.count, scale.count) {
      for index in 0..<width { noise[start + day * width + index] *= scale[day] }
      noise[start + day * width] += shift[day]
    }
  }
}
