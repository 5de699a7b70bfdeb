import Market

extension ReferenceMarket {
  /// What the reference market is made from; every key may be left out.
  struct Parameters: Codable, Sendable, Equatable {
    var seed = 20_240_229
    var assets = 64
    var dates = 1000
    var sectors = 8
    /// Dates between what an expected return is made of and the day it is earned on.
    var delay = 2
    /// How strongly each part of the expected return shows.
    var strength = Strength()
    /// Daily deviations in an ordinary regime, as simple returns.
    var marketVolatility = 0.008
    var sectorVolatility = 0.0045
    var ownVolatility = 0.015
    /// Deviation of the market betas around 1.
    var betaDispersion = 0.25
    /// Degrees of freedom of the assets' Student-t noise: the smaller, the heavier the tails.
    ///
    /// The factors, each the sum of many shocks, have twice as many.
    var degreesOfFreedom = 5.0
    /// Chance, on a normal day, that a crisis breaks out on the next.
    var crisisRate = 0.004
    /// Share of the assets that are listed only after the first date.
    var lateListings = 0.05
    /// Share of the rows that are missing at random.
    var missingRows = 0.0

    init() {}

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      func value<T: Decodable>(_ key: CodingKeys, _ fallback: T) throws -> T {
        try values.decodeIfPresent(T.self, forKey: key) ?? fallback
      }
      seed = try value(.seed, seed)
      assets = try value(.assets, assets)
      dates = try value(.dates, dates)
      sectors = try value(.sectors, sectors)
      delay = try value(.delay, delay)
      strength = try value(.strength, strength)
      marketVolatility = try value(.marketVolatility, marketVolatility)
      sectorVolatility = try value(.sectorVolatility, sectorVolatility)
      ownVolatility = try value(.ownVolatility, ownVolatility)
      betaDispersion = try value(.betaDispersion, betaDispersion)
      degreesOfFreedom = try value(.degreesOfFreedom, degreesOfFreedom)
      crisisRate = try value(.crisisRate, crisisRate)
      lateListings = try value(.lateListings, lateListings)
      missingRows = try value(.missingRows, missingRows)
    }
  }

  /// Each part's approximate contribution to the information coefficient of the truth.
  ///
  /// The parts are nearly orthogonal, so all together they give about the root of the summed
  /// squares.
  struct Strength: Codable, Sendable, Equatable {
    var linear = 0.06
    var interaction = 0.08
    var sequence = 0.035
    var graph = 0.035

    init() {}

    init(linear: Double, interaction: Double, sequence: Double, graph: Double) {
      (self.linear, self.interaction) = (linear, interaction)
      (self.sequence, self.graph) = (sequence, graph)
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      linear = try values.decodeIfPresent(Double.self, forKey: .linear) ?? linear
      interaction = try values.decodeIfPresent(Double.self, forKey: .interaction) ?? interaction
      sequence = try values.decodeIfPresent(Double.self, forKey: .sequence) ?? sequence
      graph = try values.decodeIfPresent(Double.self, forKey: .graph) ?? graph
    }

    /// In the order of `SignalParts.Part`.
    var weights: [Double] { [linear, interaction, sequence, graph] }
  }

  /// - Throws: `SpecError.invalid` naming the parameter and its range.
  static func validate(_ parameters: Parameters) throws(SpecError) {
    let p = parameters
    try SimulationRange.size(seed: p.seed, assets: p.assets, dates: p.dates)
    try SimulationRange.check("sectors", p.sectors, in: 1...p.assets)
    try SimulationRange.check("delay", p.delay, in: 1...60)
    try SimulationRange.check("strength.linear", p.strength.linear, in: 0...0.3)
    try SimulationRange.check("strength.interaction", p.strength.interaction, in: 0...0.3)
    try SimulationRange.check("strength.sequence", p.strength.sequence, in: 0...0.3)
    try SimulationRange.check("strength.graph", p.strength.graph, in: 0...0.3)
    try SimulationRange.check("marketVolatility", p.marketVolatility, in: 0...0.03)
    try SimulationRange.check("sectorVolatility", p.sectorVolatility, in: 0...0.03)
    try SimulationRange.check("ownVolatility", p.ownVolatility, in: 0.001...0.03)
    try SimulationRange.check("betaDispersion", p.betaDispersion, in: 0...0.5)
    try SimulationRange.check("degreesOfFreedom", p.degreesOfFreedom, in: 2.5...100)
    try SimulationRange.check("crisisRate", p.crisisRate, in: 0...0.05)
    try SimulationRange.check("lateListings", p.lateListings, in: 0...0.9)
    try SimulationRange.check("missingRows", p.missingRows, in: 0...0.5)
  }
}

/// Range checks that simulated markets share.
enum SimulationRange {
  /// - Throws: `SpecError.invalid` where a seed or a size is out of range.
  static func size(seed: Int, assets: Int, dates: Int) throws(SpecError) {
    // Above 2⁵³ a JSON reader that goes through Double would change the seed.
    try check("seed", seed, in: 0...(1 << 53))
    try check("assets", assets, in: 1...5000)
    try check("dates", dates, in: 2...20_000)
    guard assets * dates <= 10_000_000 else {
      throw .invalid(
        key: "assets × dates", value: "\(assets * dates)", accepted: "at most 10000000 rows")
    }
  }

  /// - Throws: `SpecError.invalid` naming the key and the range.
  static func check<Value: Comparable>(
    _ key: String, _ value: Value, in range: ClosedRange<Value>
  ) throws(SpecError) {
    guard range.contains(value) else {
      throw .invalid(
        key: key, value: "\(value)", accepted: "\(range.lowerBound) to \(range.upperBound)")
    }
  }
}
