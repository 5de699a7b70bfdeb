import Market
import Metrics
import Models
import TestSupport
import Testing

@testable import Harness

@Suite struct PermutationImportanceTests {
  /// Weights times features, over the last steps of each row.
  struct Weighted: Predictor {
    var weights: [Float]
    var steps = 1

    func predict(_ samples: Samples) -> [Float] {
      samples.keys.indices.map { row in
        var window: [Float] = []
        samples.gatherWindows([row], steps: steps, into: &window)
        return window.indices.reduce(0) { $0 + weights[$1 % weights.count] * window[$1] }
      }
    }
  }

  struct Broken: Predictor {
    func predict(_ samples: Samples) -> [Float] {
      samples.keys.indices.map { $0 == 3 ? .nan : 1 }
    }
  }

  let samples: Samples
  let exchanges: [FeatureExchange]
  let assets = 12

  init() throws {
    samples = try SampleFactory { ($0.dates, $0.columns) = (40, 4) }.samples(8..<40)
    let keys = (0..<40).flatMap { date in (0..<12).map { SampleKey(date: date, asset: $0) } }
    exchanges = (0..<60).map { count in
      var random = SeedTree(root: 5).stream("\(count)")
      return FeatureExchange(
        among: keys, dates: 40, assets: 12, order: Array(0..<12).shuffled(using: &random))
    }
  }

  /// Daily squared error and RankIC against given outcomes, in plain loops.
  private func score(_ predictions: [Float], _ truth: [Float]) -> PermutationImportance.Daily {
    var daily = PermutationImportance.Daily(rankIC: [], squaredError: [])
    for range in samples.dateRanges {
      daily.rankIC.append(
        spearman(Array(predictions[range]), Array(truth[range])) ?? .nan)
      let squares = range.map { Double(predictions[$0] - truth[$0]) }.map { $0 * $0 }
      daily.squaredError.append(squares.reduce(0, +) / Double(squares.count))
    }
    return daily
  }

  private func importance(
    of predictor: any Predictor, truth: [Float], groups: [FeatureGroup]? = nil
  ) throws -> PermutationImportance {
    try PermutationImportance(
      of: predictor, on: samples, groups: groups ?? FeatureGroup.groups(of: samples.columns),
      exchanges: exchanges
    ) { score($0, truth) }
  }

  /// A linear model that is right about everything loses, with column j exchanged between two rows,
  /// w²(x − x′)²: over all pairs, twice w² times the sample variance of the date.
  @Test func aLinearModelLosesWhatItsWeightsSay() throws {
    let model = Weighted(weights: [0.8, -0.3, 0, 0.1])
    let truth = model.predict(samples)
    let found = try importance(of: model, truth: truth)
    let matrix = samples.matrix()
    #expect(found.squaredError == 0 && found.rankIC == 1 && found.repeats == 60)
    for (column, feature) in found.features.enumerated() {
      let weight = Double(model.weights[column])
      let expected =
        samples.dateRanges.map { range -> Double in
          let values = range.map { Double(matrix[$0 * 4 + column]) }
          return 2 * weight * weight * pow2(Moments(of: values).deviation ?? 0)
        }.reduce(0, +) / 32
      let loss = feature.squaredErrorRise
      let (mean, error) = (try #require(loss.mean), try #require(loss.errorOverRepeats))
      #expect(abs(mean - expected) <= 4 * error)
      #expect(error <= 0.1 * mean + 1e-12, "the check must be sharp")
      #expect(feature.columns == [samples.columns[column]])
    }
    let idle = found.features[2]
    #expect(idle.squaredErrorRise.mean == 0 && idle.squaredErrorRise.errorOverDates == 0)
    #expect(idle.rankICDrop.mean == 0 && idle.rankICDrop.errorOverRepeats == 0)
  }

  /// One exchange, worked through row by row.
  @Test func oneExchangeIsExact() throws {
    let model = Weighted(weights: [0.5, 0, 0, -0.25])
    let truth = model.predict(samples)
    let found = try PermutationImportance(
      of: model, on: samples, groups: FeatureGroup.groups(of: samples.columns),
      exchanges: [exchanges[0]]
    ) { score($0, truth) }
    let matrix = samples.matrix()
    let squares = samples.keys.enumerated().map { row, key -> Double in
      let source = exchanges[0].source(of: Int(key.asset), on: Int(key.date))
      let other = (Int(key.date) - 8) * assets + source
      return pow2(0.25 * Double(matrix[other * 4 + 3] - matrix[row * 4 + 3]))
    }
    let mean = try #require(found.features[3].squaredErrorRise.mean)
    #expect(abs(mean - squares.reduce(0, +) / Double(squares.count)) < 1e-6)
    #expect(found.features[3].squaredErrorRise.errorOverRepeats == nil)
  }

  /// Exchanged with another of n values, a perfect rank correlates by −1/(n − 1) on average.
  @Test func theOnlyFeatureCostsTheWholeRankIC() throws {
    let model = Weighted(weights: [2, 0, 0, 0])
    let found = try importance(of: model, truth: model.predict(samples))
    let drop = found.features[0].rankICDrop
    let error = try #require(drop.errorOverRepeats)
    #expect(abs(try #require(drop.mean) - 12.0 / 11) <= 4 * error)
    #expect(error < 0.02)
  }

  /// A window whose columns all come from one other asset is that asset's: exchanging every column
  /// of a model of windows gives the predictions of the assets they come from.
  @Test func windowsAreExchangedWhole() throws {
    let model = Weighted(weights: [1, -2, 0.5, 3], steps: 7)
    let plain = model.predict(samples)
    let exchanged = model.predict(samples.exchanging([0, 1, 2, 3], by: exchanges[7]))
    for (row, key) in samples.keys.enumerated() {
      let source = exchanges[7].source(of: Int(key.asset), on: Int(key.date))
      #expect(exchanged[row] == plain[(Int(key.date) - 8) * assets + source])
    }
    let found = try importance(of: Weighted(weights: [0, 1, 0, 0], steps: 7), truth: plain)
    #expect(found.features[1].rankICDrop.mean != 0)
    #expect([0, 2, 3].allSatisfy { found.features[$0].rankICDrop.mean == 0 })
  }

  @Test func groupsAreExchangedTogether() throws {
    let model = Weighted(weights: [1, -1, 0, 0])
    let found = try importance(
      of: model, truth: model.predict(samples),
      groups: [.init(name: "used", columns: [0, 1]), .init(name: "idle", columns: [2, 3])])
    #expect(found.features.map(\.name) == ["used", "idle"])
    #expect(try #require(found.features[0].rankICDrop.mean) > 1)
    #expect(found.features[1].rankICDrop.mean == 0)
    #expect(found.features[0].columns == ["x0", "x1"])
  }

  @Test func constantPredictionsHaveNoRankIC() throws {
    let found = try importance(
      of: Weighted(weights: [0, 0, 0, 0]), truth: samples.keys.indices.map { Float($0 % 5) })
    #expect(found.rankIC == nil)
    #expect(found.features.allSatisfy { $0.rankICDrop.mean == nil })
    #expect(found.features.allSatisfy { $0.squaredErrorRise.mean == 0 })
    #expect(throws: Never.self) { try StrictJSON.encode(found) }
  }

  @Test func predictionsThatAreNoNumbersAreRefused() {
    #expect(throws: ExplanationError.notFinite("1 of 384 predictions")) {
      try importance(of: Broken(), truth: samples.keys.map { _ in 0 })
    }
  }

  private func pow2(_ value: Double) -> Double { value * value }
}
