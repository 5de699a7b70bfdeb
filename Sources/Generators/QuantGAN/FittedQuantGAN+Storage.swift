import Datasets
import Market
import Networks
import Torch

extension FittedQuantGAN {
  func parameters() throws -> StoredParameters {
    var stored = StoredParameters()
    stored.add(try network.state(), under: "market")
    if let assets { stored.add(try assets.state(), under: "assets") }
    func keep(_ name: String, _ shape: [Int], _ values: [Double]) {
      stored.arrays[name] = .init(shape: shape, values: values)
    }
    let (count, width) = (scale.decomposition.assets, scale.decomposition.width)
    for (name, values) in [
      ("units", scale.decomposition.units), ("intercepts", scale.decomposition.intercepts),
      ("loadings", scale.decomposition.loadings), ("scales", scale.decomposition.scales),
    ] {
      keep("decomposition.\(name)", [count, width], values)
    }
    keep("factors.loadings", [count, factors.count], factors.loadings)
    keep("factors.own", [count], factors.own)
    for (name, parts) in [("market", [scale.market]), ("own", scale.own)] where !parts.isEmpty {
      keep(
        "scale.\(name)", [parts.count, width, 6],
        parts.flatMap { part in
          (0..<width).flatMap {
            [
              part.tails[$0].location, part.tails[$0].scale, part.tails[$0].delta, part.limits[$0],
              part.levels[$0].mean, part.levels[$0].width,
            ]
          }
        })
      // One map for all assets.
      for (component, map) in parts[0].maps.enumerated() where !map.sampled.isEmpty {
        keep("map.\(name).\(component)", [2, map.sampled.count], map.sampled + map.observed)
        keep("stretch.\(name).\(component)", [2], map.stretch)
      }
    }
    keep("negated", [1], [scale.isNegated ? 1 : 0])
    let named = fitNotes.keys.sorted()
    stored.texts["notes"] = named
    keep("notes", [named.count], named.map { fitNotes[$0] ?? .nan })
    return stored
  }
}

extension QuantGAN {
  static func restore(
    _ stored: StoredParameters, of market: FittedMarket, _ settings: Hyperparameters,
    on device: Device
  ) throws -> any FittedGenerator {
    try VolumeResponse.around(stored, of: market, for: id) {
      try restore(networks: $0, of: market, settings, on: device)
    }
  }

  private static func restore(
    networks stored: StoredParameters, of market: FittedMarket, _ settings: Hyperparameters,
    on device: Device
  ) throws -> FittedQuantGAN {
    let (count, width) = (market.universe.count, market.components.count)
    func array(_ name: String, _ shape: [Int]) throws -> [Double] {
      guard let array = stored.arrays[name], array.shape == shape else {
        throw GeneratorError.stored(
          generator: id, reason: "'\(name)' is absent or not of shape \(shape)")
      }
      return array.values
    }
    func part(_ name: String, _ index: Int, of parts: Int) throws -> QuantGANScale.Part {
      let values = try array("scale.\(name)", [parts, width, 6])
      let rows = (0..<width).map { component in
        let start = (index * width + component) * 6
        return Array(values[start..<start + 6])
      }
      let maps = try (0..<width).map { component -> MarginalMap in
        let key = "map.\(name).\(component)"
        guard let knots = stored.arrays[key]?.shape.last else { return .identity }
        let values = try array(key, [2, knots])
        return MarginalMap(
          sampled: Array(values.prefix(knots)), observed: Array(values.suffix(knots)),
          stretch: try array("stretch.\(name).\(component)", [2]))
      }
      return QuantGANScale.Part(
        maps: maps, limits: rows.map { $0[3] },
        tails: rows.map { HeavyTail(location: $0[0], scale: $0[1], delta: $0[2]) },
        levels: rows.map { .init(mean: $0[4], width: $0[5]) })
    }
    func network(_ name: String, contexts: Int) throws -> PathNetwork {
      // Whatever the weights start as is replaced.
      var stream = SeedStream(seed: 0)
      let network = try PathNetwork(
        components: width, contexts: contexts, settings, using: &stream, device: device)
      do {
        try network.load(stored.state(under: name))
      } catch let error as StateError {
        throw GeneratorError.stored(generator: id, reason: error.description)
      }
      return network
    }
    let decomposition = FactorDecomposition(
      components: market.components, assets: count,
      units: try array("decomposition.units", [count, width]),
      intercepts: try array("decomposition.intercepts", [count, width]),
      loadings: try array("decomposition.loadings", [count, width]),
      scales: try array("decomposition.scales", [count, width]))
    let shared = stored.arrays["factors.loadings"]?.shape.last ?? 0
    let factors = ResidualFactors(
      count: shared, loadings: try array("factors.loadings", [count, shared]),
      own: try array("factors.own", [count]))
    let scale = QuantGANScale(
      decomposition: decomposition, market: try part("market", 0, of: 1),
      own: try (0..<(count > 1 ? count : 0)).map { try part("own", $0, of: count) },
      isNegated: try array("negated", [1])[0] != 0)
    let names = stored.texts["notes"] ?? []
    let notes = try array("notes", [names.count])
    return FittedQuantGAN(
      market: market, settings: settings, device: device, scale: scale,
      network: try network("market", contexts: 0),
      assets: count > 1 ? try network("assets", contexts: width + AssetTraits.count) : nil,
      factors: factors, fitNotes: Dictionary(zip(names, notes)) { first, _ in first })
  }
}
