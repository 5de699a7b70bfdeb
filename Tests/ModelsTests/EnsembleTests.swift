import Market
import Networks
import TestSupport
import Testing

@testable import Models

@Suite struct EnsembleTests {
  static func fit(_ members: Int) throws -> any StepExplainablePredictor {
    let market = SampleFactory()
    var given = DNN.defaults
    (given.hidden, given.epochs, given.ensemble) = ([8], 4, members)
    let fitted = try DNN.fit(
      market.labelled(0..<30), validating: market.labelled(32..<42), given,
      in: ModelContractTests.context())
    return try #require(fitted as? any StepExplainablePredictor)
  }

  @Test func itsForecastsAndContributionsAreTheMembersMeans() throws {
    let rows = try SampleFactory().samples(44..<60)
    let ensemble = try #require(try Self.fit(3) as? Ensemble<RowNetwork<MLP>>)
    let each = try ensemble.members.map { try $0.predict(rows) }
    #expect(Set(each).count == 3)
    for (row, value) in try ensemble.predict(rows).enumerated() {
      #expect(abs(value - (each[0][row] + each[1][row] + each[2][row]) / 3) < 1e-6)
    }
    let parts = try ensemble.members.map { try $0.contributions(rows).values }
    for (index, value) in try ensemble.contributions(rows).values.enumerated() {
      #expect(abs(value - (parts[0][index] + parts[1][index] + parts[2][index]) / 3) < 1e-5)
    }
    #expect(try ensemble.predict(rows) == Self.fit(3).predict(rows))
  }

  /// One network is what it always was, and the first of any ensemble.
  @Test func theFirstMemberIsTheNetworkByItself() throws {
    let rows = try SampleFactory().samples(44..<60)
    let one = try Self.fit(1)
    #expect(one is TrainedNetwork<RowNetwork<MLP>> && one.notes["members"] == nil)
    let two = try #require(try Self.fit(2) as? Ensemble<RowNetwork<MLP>>)
    #expect(try two.members[0].predict(rows) == one.predict(rows))
    let three = try #require(try Self.fit(3) as? Ensemble<RowNetwork<MLP>>)
    #expect(try three.members[1].predict(rows) == two.members[1].predict(rows))
  }

  /// Bit for bit what the cell's own streams give, by hand.
  @Test func oneNetworkDrawsFromTheCellsOwnStreams() throws {
    let market = SampleFactory()
    let rows = try market.samples(44..<60)
    let (seeds, given) = (ModelContractTests.context().seeds, DNN.defaults)
    var weights = seeds.stream("weights")
    let body = try MLP(
      MLP.Shape(
        inputs: 5, hidden: [8], normalization: given.normalization, activation: given.activation,
        dropout: given.dropout),
      using: &weights)
    let loop = TrainingLoop(
      TrainingOptions(
        epochs: 4, patience: given.patience, batching: .rows(given.batchSize), loss: given.loss,
        stopping: given.stopping, rule: .adamW(weightDecay: given.weightDecay),
        learningRate: given.learningRate, gradientClip: given.gradientClip))
    let network = try loop.run(
      RowNetwork(body, columns: 5), train: market.labelled(0..<30),
      validating: market.labelled(32..<42), seeds: seeds)
    #expect(try Self.fit(1).predict(rows) == network.predict(rows))
  }

  @Test func notesSayHowManyAndHowFarApart() throws {
    let ensemble = try #require(try Self.fit(2) as? Ensemble<RowNetwork<MLP>>)
    let validation = try SampleFactory().samples(32..<42)
    let each = try ensemble.members.map { try $0.predict(validation) }
    // Two forecasts are each half their distance from their mean.
    let squares = zip(each[0], each[1]).map { Double($0 - $1) * Double($0 - $1) / 4 }
    let spread = (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    let noted = try #require(ensemble.notes["member_spread"])
    #expect(abs(noted - spread) < 1e-6 && spread > 0)
    #expect(ensemble.notes["members"] == 2)
    let losses = ensemble.members.compactMap { $0.notes["validation_loss"] }
    #expect(ensemble.notes["validation_loss"] == (losses[0] + losses[1]) / 2)
  }
}
