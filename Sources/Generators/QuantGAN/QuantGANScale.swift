import Market

/// The way from what networks make to moves: calibration, guard, heavy tails, factor decomposition.
struct QuantGANScale: Sendable, Equatable {
  /// One path of components on its way back.
  struct Part: Sendable, Equatable {
    /// One of each a component.
    var maps: [MarginalMap]
    var limits: [Double]
    var tails: [HeavyTail]
    /// What the network makes of this asset beside the others: taken off before the maps, which are one
    /// for all assets.
    var levels: [Level]

    /// Mean and deviation of a component.
    struct Level: Sendable, Equatable {
      var mean = 0.0
      var width = 1.0
    }

    init(maps: [MarginalMap], limits: [Double], tails: [HeavyTail], levels: [Level]? = nil) {
      (self.maps, self.limits, self.tails) = (maps, limits, tails)
      self.levels = levels ?? Array(repeating: Level(), count: maps.count)
    }

    /// Network output [components, days] calibrated and held within the limits; counts what was held.
    ///
    /// `free` leaves the return as it is.
    func mapped(
      _ values: [Float], days: Int, free: Bool = false, _ guarded: inout Int
    ) -> [Double] {
      values.indices.map { index in
        let component = index / days
        let level = levels[component]
        let value = maps[component]((Double(values[index]) - level.mean) / level.width)
        if free && component == 0 { return value }
        let limit = limits[component]
        guard abs(value) > limit else { return value }
        guarded += 1
        return value < 0 ? -limit : limit
      }
    }
  }

  var decomposition: FactorDecomposition
  var market: Part
  /// One an asset; empty where there is one asset.
  var own: [Part]
  /// Whether more of the first noise makes the market fall; it is then turned round.
  var isNegated = false

  init(
    decomposition: FactorDecomposition, market: Part, own: [Part], isNegated: Bool
  ) {
    (self.decomposition, self.market, self.own) = (decomposition, market, own)
    self.isNegated = isNegated
  }

  init(_ data: GaussianMarket) {
    let width = data.width
    let maps = Array(repeating: MarginalMap.identity, count: width)
    decomposition = data.decomposition
    market = Part(maps: maps, limits: data.marketLimits, tails: data.marketTails)
    own = stride(from: 0, to: data.ownTails.count, by: width).map { start in
      Part(
        maps: maps, limits: Array(data.ownLimits[start..<start + width]),
        tails: Array(data.ownTails[start..<start + width]))
    }
  }
}
