import Datasets
import Market

extension MarketScale {
  /// As arrays `scale.…`, for `StoredScale` to read.
  func describe(in parameters: inout StoredParameters) {
    func add(_ name: String, _ values: [Double]) {
      parameters.arrays["scale.\(name)"] = .init(shape: [values.count], values: values)
    }
    add("market", [drift, deviation, wildest, fallFactor])
    add("market_filter", marketFilter.weights)
    add("own_filter", ownFilter.weights)
    if let thresholds {
      add(
        "thresholds",
        [
          thresholds.calmVolatility, thresholds.stressVolatility, thresholds.calmDrawdown,
          thresholds.stressDrawdown,
        ] + thresholds.usualVolatilities)
    }
    add("components", componentScales)
    add("betas", traits.betas)
    add("deviations", traits.deviations)
    add("tail_widths", traits.tailWidths)
    add("volume_levels", traits.volumeLevels)
    add("volume_deviations", traits.volumeDeviations)
    add("volume_persistence", [traits.volumePersistence])
    add("loadings", traits.loadings.flatMap { $0 })
    add("features", traits.features.flatMap { $0.map(Double.init) })
  }
}

/// The parts of a stored generator, asked for by name.
struct StoredScale {
  private let parameters: StoredParameters
  private let market: FittedMarket

  init(_ parameters: StoredParameters, market: FittedMarket) {
    (self.parameters, self.market) = (parameters, market)
  }

  /// - Throws: `GeneratorError.stored` where it is absent, of another length or not finite.
  func array(_ name: String, count: Int? = nil) throws(GeneratorError) -> [Double] {
    guard let values = parameters.arrays[name]?.values, values.allSatisfy(\.isFinite),
      values.count == count ?? values.count
    else {
      throw .stored(
        generator: ConditionalWGAN.id,
        reason: "'\(name)' is absent or has not \(count.map { "\($0)" } ?? "its") finite values")
    }
    return values
  }

  /// One row an asset, of any width.
  private func rows(_ name: String) throws(GeneratorError) -> [[Double]] {
    let (values, count) = (try array(name), market.universe.count)
    guard count > 0, values.count % count == 0 else {
      throw .stored(generator: ConditionalWGAN.id, reason: "'\(name)' has not a row an asset")
    }
    let width = values.count / count
    return (0..<count).map { Array(values[$0 * width..<($0 + 1) * width]) }
  }

  func scale() throws(GeneratorError) -> MarketScale {
    let count = market.universe.count
    let terms = VolatilityFilter.memories.count + 2
    let whole = try array("scale.market", count: 4)
    var thresholds: RegimeThresholds?
    if parameters.arrays["scale.thresholds"] != nil {
      let values = try array("scale.thresholds", count: 4 + RegimeThresholds.regimes.count)
      thresholds = RegimeThresholds(
        calmVolatility: values[0], stressVolatility: values[1], calmDrawdown: values[2],
        stressDrawdown: values[3], usualVolatilities: Array(values[4...]))
    }
    let traits = StaticTraits(
      betas: try array("scale.betas", count: count),
      deviations: try array("scale.deviations", count: count),
      loadings: try rows("scale.loadings"),
      tailWidths: try array("scale.tail_widths", count: count),
      features: try rows("scale.features").map { $0.map { Float($0) } },
      volumeLevels: try array("scale.volume_levels", count: count),
      volumeDeviations: try array("scale.volume_deviations", count: count),
      volumePersistence: try array("scale.volume_persistence", count: 1)[0])
    return MarketScale(
      drift: whole[0], deviation: whole[1],
      marketFilter: VolatilityFilter(weights: try array("scale.market_filter", count: terms)),
      ownFilter: VolatilityFilter(weights: try array("scale.own_filter", count: terms)),
      thresholds: thresholds, traits: traits, fallFactor: whole[3],
      componentScales: try array(
        "scale.components", count: Swift.max(0, market.components.count - 1)),
      wildest: whole[2], components: market.components)
  }
}
