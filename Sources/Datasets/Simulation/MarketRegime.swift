import Market

/// The state of the whole market: a Markov chain over three regimes.
enum MarketRegime: Int, CaseIterable {
  case calm, normal, crisis

  /// Expected market return of a day in the regime, as a simple return.
  var drift: Double { [0.0006, 0.0005, -0.0015][rawValue] }
  /// Deviation of market and sector factors against their usual one.
  var factorScale: Double { [0.75, 1.0, 2.2][rawValue] }
  /// Deviation of the assets' own noise against its usual one.
  var ownScale: Double { [0.9, 1.0, 1.5][rawValue] }

  /// A fall on the day a crisis breaks out, on top of the day's noise.
  static let outbreak = -0.02

  /// One-day transition probabilities out of the regime, by `rawValue`.
  func transitions(crisisRate: Double) -> [Double] {
    switch self {
    case .calm: [0.990, 0.010, 0]
    case .normal: [0.008, 0.992 - crisisRate, crisisRate]
    case .crisis: [0, 0.040, 0.960]
    }
  }

  func next(crisisRate: Double, uniform: Double) -> MarketRegime {
    let odds = transitions(crisisRate: crisisRate)
    if uniform < odds[0] { return .calm }
    return uniform < odds[0] + odds[1] ? .normal : .crisis
  }

  /// The drift expected some days ahead by one who knows the regime of today.
  func expectedDrift(after days: Int, crisisRate: Double) -> Double {
    var odds = Self.allCases.map { $0 == self ? 1.0 : 0 }
    for _ in 0..<days {
      var next = [0.0, 0, 0]
      for from in Self.allCases {
        let row = from.transitions(crisisRate: crisisRate)
        for to in Self.allCases { next[to.rawValue] += odds[from.rawValue] * row[to.rawValue] }
      }
      odds = next
    }
    return Self.allCases.reduce(0) { $0 + odds[$1.rawValue] * $1.drift }
  }
}
