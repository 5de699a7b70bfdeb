import Market
import Networks
import Testing

@testable import Models

/// Families over windows of dates: `dnn` and `gnn` have the same among their own tests.
@Suite struct WindowNetworkTests {
  /// Labels without any meaning, so that only what is learnt by heart can fit them.
  static func noise() throws -> LabelledSamples {
    try DNNTests.rows(dates: 8, assets: 8, columns: 5, seed: 1, noise: 1) { _ in 0 }
  }

  static let context = FitContext(seeds: SeedTree(root: 1), label: .standard)

  @Test(arguments: [Recurrent.Cell.lstm, .gru], [false, true])
  func recurrentUnitsOverfitSixtyFourSamples(_ cell: Recurrent.Cell, attention: Bool) throws {
    var given = LSTM.defaults
    (given.cell, given.attention, given.steps, given.dropout) = (cell, attention, 4, 0)
    (given.epochs, given.batchSize, given.learningRate, given.weightDecay) = (300, 64, 1e-2, 0)
    let rows = try Self.noise()
    let model = try LSTM.fit(rows, validating: nil, given, in: Self.context)
    #expect(DNNTests.correlation(try model.predict(rows.samples), rows.labels) > 0.99)
  }

  @Test(arguments: [0, 1])
  func transformersOverfitSixtyFourSamples(crossSectionLayers: Int) throws {
    var given = Transformer.defaults
    (given.crossSectionLayers, given.steps, given.dropout) = (crossSectionLayers, 4, 0)
    (given.epochs, given.batchSize, given.learningRate, given.weightDecay) = (300, 64, 3e-3, 0)
    let rows = try Self.noise()
    let model = try Transformer.fit(rows, validating: nil, given, in: Self.context)
    #expect(DNNTests.correlation(try model.predict(rows.samples), rows.labels) > 0.99)
  }

  @Test func theDisentanglingNetworkOverfitsSixtyFourSamples() throws {
    var given = ADD.defaults
    (given.steps, given.dropout, given.generations, given.datesPerBatch) = (4, 0, 1, 8)
    (given.epochs, given.learningRate, given.weightDecay) = (300, 1e-2, 0)
    let rows = try Self.noise()
    let model = try ADD.fit(rows, validating: nil, given, in: Self.context)
    #expect(DNNTests.correlation(try model.predict(rows.samples), rows.labels) > 0.99)
  }
}
