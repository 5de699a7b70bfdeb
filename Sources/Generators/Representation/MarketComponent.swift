import Market

/// What a day of an asset is described by, so that prices can be put together from it again.
///
/// Whatever finite values they take (shadows taken as magnitudes), the prices that follow are valid:
/// high ≥ max(open, close) ≥ min(open, close) ≥ low > 0.
public enum MarketComponent: String, SpecChoice {
  /// ln(close / previous close).
  case logReturn = "return"
  /// ln(open / previous close).
  case gap
  /// ln(high / max(open, close)), at least 0.
  case upperShadow = "upper_shadow"
  /// ln(min(open, close) / low), at least 0.
  case lowerShadow = "lower_shadow"
  /// ln(volume / the asset's usual volume).
  case logVolume = "log_volume"

  /// The components a panel of these fields has, in the order above.
  ///
  /// Shadows need an open price, since they start where the body of the day ends.
  /// - Throws: `PanelError.missingField` where there is no close.
  public static func components(of fields: [String]) throws(PanelError) -> [MarketComponent] {
    guard fields.contains("close") else {
      throw .missingField("close", has: fields, neededFor: "a generator")
    }
    let hasOpen = fields.contains("open")
    return allCases.filter { component in
      switch component {
      case .logReturn: true
      case .gap: hasOpen
      case .upperShadow: hasOpen && fields.contains("high")
      case .lowerShadow: hasOpen && fields.contains("low")
      case .logVolume: fields.contains("volume")
      }
    }
  }

  /// The field of a rebuilt panel that the component stands for.
  var field: String {
    switch self {
    case .logReturn: "close"
    case .gap: "open"
    case .upperShadow: "high"
    case .lowerShadow: "low"
    case .logVolume: "volume"
    }
  }
}
