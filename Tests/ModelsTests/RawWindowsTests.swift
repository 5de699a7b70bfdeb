import Market
import Networks
import Testing

@testable import Models

/// Families over time read a window that lies in the columns as they read one of several dates.
@Suite struct RawWindowsTests {
  static let (dates, assets, fields, window) = (26, 6, 2, 3)

  /// Two fields of three dates as six columns of one, or as two columns of three dates.
  private func rows(laidOut: Bool) throws -> LabelledSamples {
    var stream = SeedTree(root: 3).stream("rows")
    let count = Self.dates * Self.assets * Self.fields
    let plain = (0..<count).map { _ in Float(stream.normal()) }
    func value(_ date: Int, _ asset: Int, _ field: Int) -> Float {
      date < 0 ? .nan : plain[(date * Self.assets + asset) * Self.fields + field]
    }
    var values: [Float] = []
    for date in 0..<Self.dates {
      for asset in 0..<Self.assets {
        for field in 0..<Self.fields {
          for ago in (0..<(laidOut ? Self.window : 1)).reversed() {
            values.append(value(date - ago, asset, field))
          }
        }
      }
    }
    let width = laidOut ? Self.fields * Self.window : Self.fields
    let keys = (0..<Self.dates).flatMap { date in
      (0..<Self.assets).map { SampleKey(date: date, asset: $0) }
    }
    return LabelledSamples(
      samples: Samples(
        keys: keys,
        features: FeaturePanel(
          dates: Self.dates, assets: Self.assets, columns: (0..<width).map { "x\($0)" },
          window: laidOut ? Self.window : 1, values: values),
        transform: FeatureTransform(
          center: Array(repeating: 0, count: width), scale: Array(repeating: 1, count: width)),
        universe: try Universe((0..<Self.assets).map { "A\($0)" }),
        closes: Array(repeating: 1, count: Self.dates * Self.assets)),
      labels: keys.map { value(Int($0.date), Int($0.asset), 0) })
  }

  private static let context = FitContext(seeds: SeedTree(root: 1), label: .standard)

  /// The same values in the same order through the same network: the same bits.
  private func expectEqual(_ fit: (LabelledSamples, _ steps: Int) throws -> any Predictor) throws {
    let (columns, dates) = (try rows(laidOut: true), try rows(laidOut: false))
    let ours = try fit(columns, 0)
    let theirs = try fit(dates, Self.window)
    #expect(try ours.predict(columns.samples) == theirs.predict(dates.samples))
    guard let ours = ours as? any StepExplainablePredictor,
      let theirs = theirs as? any StepExplainablePredictor
    else { return }
    // [rows, 1, fields × window] against [rows, window, fields].
    let here = try ours.contributionsByStep(columns.samples)
    let there = try theirs.contributionsByStep(dates.samples)
    #expect((here.steps, here.columns.count) == (1, Self.fields * Self.window))
    for row in 0..<here.rows {
      for field in 0..<Self.fields {
        for step in 0..<Self.window {
          let a = here.values[(row * Self.fields + field) * Self.window + step]
          let b = there.values[(row * Self.window + step) * Self.fields + field]
          #expect(abs(a - b) <= 1e-6 * max(1, abs(b)))
        }
      }
    }
  }

  @Test(arguments: [Recurrent.Cell.lstm, .gru], [false, true])
  func recurrentUnitsTakeThemApart(_ cell: Recurrent.Cell, attention: Bool) throws {
    try expectEqual { rows, steps in
      var given = LSTM.defaults
      (given.cell, given.attention, given.steps, given.epochs) = (cell, attention, steps, 2)
      return try LSTM.fit(rows, validating: nil, given, in: Self.context)
    }
  }

  @Test func theLinearisedNetworkDoesToo() throws {
    try expectEqual { rows, steps in
      var given = RelevanceLinear.defaults
      (given.lstm.steps, given.lstm.epochs) = (steps, 2)
      return try RelevanceLinear.fit(rows, validating: nil, given, in: Self.context)
    }
  }

  @Test(arguments: [0, 1])
  func transformersTakeThemApart(crossSectionLayers: Int) throws {
    try expectEqual { rows, steps in
      var given = Transformer.defaults
      (given.steps, given.epochs) = (steps, 2)
      given.crossSectionLayers = crossSectionLayers
      return try Transformer.fit(rows, validating: nil, given, in: Self.context)
    }
  }

  @Test func columnsOfOneDateHoldNoSteps() throws {
    var given = LSTM.defaults
    given.steps = 0
    #expect(throws: TrainingError.noWindowInColumns(columns: Self.fields)) {
      try LSTM.fit(rows(laidOut: false), validating: nil, given, in: Self.context)
    }
    #expect(LSTM.window(given) == 1)
  }
}
