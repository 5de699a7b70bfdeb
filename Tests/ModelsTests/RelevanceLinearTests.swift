import Foundation
import Market
import Networks
import TestSupport
import Testing

@testable import Models

@Suite struct RelevanceLinearTests {
  static func fit(
    _ json: String, in market: SampleFactory = SampleFactory()
  ) throws -> any StepExplainablePredictor {
    let entry = try modelRegistry.require("lstm_lrp")
    let fitted = try entry.fit(
      market.labelled(0..<30), market.labelled(32..<42), entry.resolve(Data(json.utf8)),
      ModelContractTests.context())
    return try #require(fitted as? any StepExplainablePredictor)
  }

  static let small =
    #"{"lstm": {"steps": 3, "epochs": 10, "hidden": 8, "learningRate": 0.02}}"#

  @Test func itIsLinearInWhatARowShows() throws {
    let fitted = try #require(try Self.fit(Self.small) as? RelevanceLinearPredictor)
    #expect(fitted.lines.steps == 3 && fitted.lines.slopes.count == 15)
    let rows = try SampleFactory { $0.missing = 0.1 }.samples(44..<60)
    var windows: [Float] = []
    rows.gatherWindows(rows.keys.indices, steps: 3, into: &windows)
    for (row, value) in try fitted.predict(rows).enumerated() {
      let sum = (0..<15).reduce(fitted.lines.intercept) {
        $0 + fitted.lines.slopes[$1] * Double(windows[row * 15 + $1])
      }
      #expect(value == Float(sum))
    }
    let correlation = try #require(fitted.notes["network_correlation"])
    #expect(correlation > 0.8 && correlation <= 1)
    #expect(fitted.notes["epochs"] != nil)
  }

  /// The slopes are those of the relevance of the same LSTM on the training rows.
  @Test func theNetworkIsTheOneThatTheLSTMFamilyFits() throws {
    let market = SampleFactory()
    let lines = try #require(try Self.fit(Self.small) as? RelevanceLinearPredictor).lines
    var given = LSTM.defaults
    (given.steps, given.epochs, given.hidden, given.learningRate) = (3, 10, 8, 0.02)
    let network = try LSTM.network(
      market.labelled(0..<30), validating: market.labelled(32..<42), given,
      in: ModelContractTests.context())
    #expect(try network.linearised(on: market.samples(0..<30)) == lines)
    #expect(try network.linearised(on: market.samples(0..<42)) != lines)
  }

  /// The training rows are at 0 to 29, the validation rows at 32 to 41.
  @Test func nothingAfterTheRowsItWasGivenIsSeen() throws {
    let here = try #require(try Self.fit(Self.small) as? RelevanceLinearPredictor).lines
    let elsewhere = SampleFactory { $0.futureChangedAfter = 41 }
    let there = try Self.fit(Self.small, in: elsewhere)
    #expect(try #require(there as? RelevanceLinearPredictor).lines == here)
  }

  @Test func thePerceptronIsLinearisedToo() throws {
    let json = #"{"body": "dnn", "dnn": {"epochs": 10, "ensemble": 2, "dropout": 0}}"#
    let entry = try modelRegistry.require("lstm_lrp")
    #expect(try entry.window(entry.resolve(Data(json.utf8))) == 1)
    #expect(try entry.window(entry.resolve(Data(Self.small.utf8))) == 3)
    let fitted = try #require(try Self.fit(json) as? RelevanceLinearPredictor)
    #expect(fitted.lines.steps == 1 && fitted.notes["members"] == 2)
    // What labels depend on: 0.8 of the first feature, −0.6 of the second.
    let slopes = fitted.lines.slopes
    #expect(slopes[0] > 0.3 && slopes[1] < -0.2)
    #expect(slopes[2...].allSatisfy { abs($0) < 0.2 })
  }

  @Test func refusalsNameTheWholeKey() throws {
    let entry = try modelRegistry.require("lstm_lrp")
    for (json, key) in [
      (#"{"lstm": {"steps": -1}}"#, "lstm_lrp.lstm.steps"),
      (#"{"dnn": {"epochs": 0}}"#, "lstm_lrp.dnn.epochs"),
    ] {
      #expect {
        try entry.resolve(Data(json.utf8))
      } throws: { error in
        if case SpecError.invalid(key, _, _) = error { true } else { false }
      }
    }
    #expect(throws: SpecError.self) { try entry.resolve(Data(#"{"body": "gru"}"#.utf8)) }
    #expect(throws: SpecError.self) {
      try entry.resolve(Data(#"{"lstm": {"step": 3}}"#.utf8))
    }
  }

  @Test func samplesOfOtherColumnsAreRefused() throws {
    let fitted = try Self.fit(Self.small)
    let other = try SampleFactory { $0.columns = 4 }.samples(44..<46)
    #expect(throws: TrainingError.columns(expected: 5, got: 4)) { try fitted.predict(other) }
    #expect(throws: TrainingError.columns(expected: 5, got: 4)) {
      try fitted.contributions(other)
    }
  }
}
