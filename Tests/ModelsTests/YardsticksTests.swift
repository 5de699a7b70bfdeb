import Foundation
import Market
import TestSupport
import Testing

@testable import Models

@Suite struct YardsticksTests {
  /// Three assets over four dates; the last asset has no close on date 1.
  static func samples(_ keys: [SampleKey]? = nil) throws -> Samples {
    let closes: [Float] = [
      100, 100, 100,
      110, 100, .nan,
      121, 90, 100,
      121, 99, 120,
    ]
    return Samples(
      keys: keys
        ?? (0..<4).flatMap { date in (0..<3).map { SampleKey(date: date, asset: $0) } },
      features: FeaturePanel(
        dates: 4, assets: 3, columns: ["x"], values: Array(repeating: 0, count: 12)),
      transform: FeatureTransform(center: [0], scale: [1]),
      universe: try Universe(["A", "B", "C"]), closes: closes)
  }

  static func close(_ a: [Float], _ b: [Float]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-5 }
  }

  @Test func theFactorIsTheStandardisedReturnWithItsSignTurned() throws {
    let factor = try Reversal.factor(of: Self.samples(), .init(days: 1))
    let half = Float(0.5.squareRoot())
    // Date 0 has no past. On date 1, 10 % and 0 %; on date 2, 10 % and −10 %: each pair ±1/√2.
    // On date 3, 0 %, 10 % and 20 %.
    #expect(
      Self.close(factor, [0, 0, 0, -half, half, 0, -half, half, 0, 1, 0, -1]))
    let momentum = try Reversal.factor(of: Self.samples(), .init(days: 1, momentum: true))
    #expect(momentum == factor.map { -$0 })
  }

  @Test func skippedDatesDoNotCount() throws {
    let factor = try Reversal.factor(of: Self.samples(), .init(days: 2, skip: 1))
    // Date 3 looks at dates 0 to 2: 21 %, −10 %, 0 %; deviation √(((.21−.11/3)² + …)/2).
    let (mean, returns) = (0.11 / 3, [0.21, -0.1, 0])
    let deviation = (returns.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 2).squareRoot()
    let expected = returns.map { Float(-($0 - mean) / deviation) }
    #expect(Self.close(Array(factor.suffix(3)), expected))
    #expect(factor.prefix(9).allSatisfy { $0 == 0 })
  }

  @Test func trainingRowsSetTheSizeAndNeverTheSign() throws {
    let keys = (0..<3).map { SampleKey(date: 3, asset: $0) }
    let samples = try Self.samples(keys)
    // Labels that go against the factor (1, 0, −1) with slope −2.
    let against = LabelledSamples(samples: samples, labels: [-2, 0, 2])
    let predictor = Reversal.fit(
      against, validating: nil, .init(days: 1), in: ModelContractTests.context())
    #expect(Self.close(try predictor.predict(samples), [2, 0, -2]))
    #expect(abs((predictor.notes["slope"] ?? 0) + 2) < 1e-5)
    let along = LabelledSamples(samples: samples, labels: [2, 0, -2])
    let other = Reversal.fit(
      along, validating: nil, .init(days: 1), in: ModelContractTests.context())
    #expect(try other.predict(samples) == predictor.predict(samples))
  }

  @Test(arguments: [#"{"days": 0}"#, #"{"days": 1001}"#, #"{"skip": -1}"#])
  func badValuesAreRefused(given: String) throws {
    let entry = try modelRegistry.require("reversal")
    #expect(throws: SpecError.self) { try entry.resolve(Data(given.utf8)) }
  }

  @Test func theMeanLabelIsPredictedForEveryone() throws {
    let samples = try Self.samples([SampleKey(date: 0, asset: 0), SampleKey(date: 0, asset: 1)])
    let entry = try modelRegistry.require("mean_label")
    let predictor = try entry.fit(
      LabelledSamples(samples: samples, labels: [1, 4]), nil, entry.resolve(Data()),
      ModelContractTests.context())
    #expect(try predictor.predict(samples) == [2.5, 2.5])
  }
}
