import Datasets
import Foundation
import Market
import Networks
import Torch

/// A trained network and the rows whose codes it recombines.
struct FittedADD: FittedSampleGenerator {
  let trained: TrainedDisentanglement
  let train: LabelledSamples
  let hyperparameters: ADD.Hyperparameters
  let device: Device
  /// Those of training; and what linear probes of either code find of either label on the rows
  /// watched (see `CodeSeparation`).
  let notes: [String: Double]

  /// The most values that windows may have: 1 GB.
  static let largest = 250_000_000

  /// - Complexity: O(rows) passes through the encoders, and as many through the decoder.
  func augment(_ seeds: SeedTree) throws -> SampleSet {
    let network = trained.network
    let (steps, columns) = (network.shape.steps, network.shape.columns)
    let days = AdjacentDays(train.samples)
    try days.requirePairs()
    let sections = days.chosen(hyperparameters.crossSections, using: seeds).map(matched)
      .filter { !$0.isEmpty }
    let matches = sections.flatMap { $0 }
    guard matches.count <= Self.largest / (steps * columns) else {
      throw GeneratorError.request(
        key: "crossSections",
        value: "\(sections.count), with \(matches.count) windows of \(steps) × \(columns) values",
        accepted: "so many that there are at most \(Self.largest / (steps * columns)) windows")
    }
    let read = try WindowReader(of: train.samples, steps: steps, columns: columns, device: device)
    let codes = try network.codes(of: read, count: train.count, device: device)
    var windows: [Float] = []
    windows.reserveCapacity(matches.count * steps * columns)
    for start in stride(from: 0, to: matches.count, by: 512) {
      let piece = matches[start..<min(start + 512, matches.count)]
      windows += try withoutGrad {
        try network.reconstruction(
          .init(
            excess: part(of: codes, 0, at: piece.map(\.excess)),
            market: part(of: codes, 1, at: piece.map(\.market))), .evaluating
        ).contiguous().floats()
      }
    }
    let weights = try rowWeights()
    let mean = matches.reduce(0.0) { $0 + Double(weights[$1.excess]) } / Double(matches.count)
    return try SampleSet(
      columns: train.samples.columns, steps: steps,
      crossSections: sections.map { section in
        SampleSet.CrossSection(
          excessDate: date(section[0].excess), marketDate: date(section[0].market),
          assets: section.map { Int(train.samples.keys[$0.excess].asset) })
      }, windows: windows, labels: matches.map { train.labels[$0.excess] },
      weights: matches.map { mean > 0 ? Float(Double(weights[$0.excess]) / mean) : 1 })
  }

  /// Positions of an asset's two rows.
  private struct Match {
    let excess: Int
    let market: Int
  }

  /// The assets that have both rows, in order.
  private func matched(_ pair: AdjacentDays.Pair) -> [Match] {
    let keys = train.samples.keys
    let others = Dictionary(
      uniqueKeysWithValues: pair.market.map { (keys[$0].asset, $0) })
    return pair.excess.compactMap { row in
      others[keys[row].asset].map { Match(excess: row, market: $0) }
    }
  }

  /// One half of the codes, of some rows.
  private func part(of codes: Tensor, _ half: Int, at rows: [Int]) throws -> Tensor {
    let width = trained.network.shape.hidden
    return try codes.indexSelected(0, Tensor(indices: rows, device: device))
      .narrowed(1, from: half * width, length: width).contiguous()
  }

  private func date(_ row: Int) -> Int { Int(train.samples.keys[row].date) }

  /// How much the network's own forecasts fail on each training row: the weights of distillation.
  private func rowWeights() throws -> [Float] {
    hyperparameters.network.distillationWeights.weights(
      try trained.predict(train.samples), train.labels, days: train.samples.dateRanges)
  }
}

extension FittedADD {
  func parameters() throws -> StoredParameters {
    var parameters = StoredParameters()
    parameters.add(try trained.network.state(), under: "network")
    func add(_ name: String, _ values: [Double]) {
      parameters.arrays[name] = .init(shape: [values.count], values: values)
    }
    add("label.scale", [Double(trained.scale.mean), Double(trained.scale.deviation)])
    if let trend = trained.trend { add("trend.thresholds", [trend.low, trend.high]) }
    for (name, value) in notes { add("notes.\(name)", [value]) }
    parameters.texts["columns"] = train.samples.columns
    return parameters
  }
}

extension ADD {
  static func restore(
    _ parameters: StoredParameters, over train: LabelledSamples, _ given: Hyperparameters,
    on device: Device
  ) throws -> any FittedSampleGenerator {
    func refuse(_ reason: String) -> GeneratorError { .stored(generator: id, reason: reason) }
    guard parameters.texts["columns"] == train.samples.columns else {
      throw refuse("it was fitted to other features than those it is put over")
    }
    func array(_ name: String, count: Int) throws(GeneratorError) -> [Double] {
      guard let values = parameters.arrays[name]?.values, values.count == count,
        values.allSatisfy({ $0.isFinite })
      else { throw refuse("'\(name)' is absent or not \(count) numbers") }
      return values
    }
    let state = parameters.state(under: "network")
    if let broken = state.entries.keys.sorted().first(where: { name in
      !(state.entries[name]?.values.allSatisfy { $0.isFinite } ?? true)
    }) {
      throw refuse("'network.\(broken)' is not finite")
    }
    var stream = SeedStream(seed: 0)
    let network = try DisentanglingNetwork(
      given.network.shape(columns: train.samples.columns.count), using: &stream, device: device)
    do {
      try network.load(state)
    } catch let error as StateError {
      throw refuse(error.description)
    }
    let scale = try array("label.scale", count: 2)
    guard scale[1] > 0 else { throw refuse("'label.scale' has no deviation above 0") }
    let thresholds =
      parameters.arrays["trend.thresholds"] == nil ? nil : try array("trend.thresholds", count: 2)
    var notes: [String: Double] = [:]
    for (name, array) in parameters.arrays where name.hasPrefix("notes.") {
      notes[String(name.dropFirst("notes.".count))] = array.values.first
    }
    return FittedADD(
      trained: TrainedDisentanglement(
        network: network,
        scale: LabelScale(mean: Float(scale[0]), deviation: Float(scale[1])),
        trend: thresholds.map { MarketTrend(low: $0[0], high: $0[1]) }, notes: notes),
      train: train, hyperparameters: given, device: device, notes: notes)
  }
}
