import Market
import Testing
import Torch

@testable import Networks

@Suite struct RelevanceLinesTests {
  /// A linear network is its own linearisation: slopes are weights, the intercept is the bias.
  @Test func aLinearNetworkIsGivenBack() throws {
    var stream = RecurrentTests.stream()
    let body = try MLP(.init(inputs: 3, hidden: []), using: &stream)
    try body.head.weight.assign(Tensor([0.5, -2, 0] as [Float], shape: [1, 3]))
    try body.head.bias?.fill(0.75)
    let scale = LabelScale([1, 2, 6])
    let network = TrainedNetwork(
      network: RowNetwork(body, columns: 3), scale: scale, record: TrainingRecord())
    let rows = try madeRows(dates: 20, assets: 10, columns: 3, seed: 1) { _ in 0 }.samples
    let lines = try network.linearised(on: rows, EpsilonRule(epsilon: 1e-9))
    let deviation = Double(scale.deviation)
    #expect(lines.steps == 1 && lines.columns == rows.columns)
    #expect(isClose(lines.slopes, [0.5 * deviation, -2 * deviation, 0], 1e-4))
    #expect(abs(lines.intercept - (3 + 0.75 * deviation)) < 1e-4)
  }

  @Test func linesAreLeastSquaresOfRelevanceOnValues() throws {
    let rows = try madeRows(dates: 70, assets: 40, columns: 3, seed: 2) { _ in 0 }.samples
    let network = try RelevanceTests.trained(steps: 4, columns: 3)
    let lines = try network.linearised(on: rows)
    let relevance = try network.contributionsByStep(rows, EpsilonRule())
    var windows: [Float] = []
    rows.gatherWindows(rows.keys.indices, steps: 4, into: &windows)
    var intercept = Double(relevance.baseValue)
    for index in 0..<12 {
      let x = (0..<rows.count).map { Double(windows[$0 * 12 + index]) }
      let r = (0..<rows.count).map { Double(relevance.values[$0 * 12 + index]) }
      let (mx, mr) = (mean(x), mean(r))
      let slope =
        mean(zip(x, r).map { ($0 - mx) * ($1 - mr) }) / mean(x.map { ($0 - mx) * ($0 - mx) })
      #expect(abs(lines.slopes[index] - slope) < 1e-6)
      intercept += mr - slope * mx
    }
    #expect(abs(lines.intercept - intercept) < 1e-5)
    // Their sum has the network's mean forecast.
    let forecasts = try network.predict(rows).map(Double.init)
    let sums = (0..<rows.count).map { row in
      (0..<12).reduce(lines.intercept) { $0 + lines.slopes[$1] * Double(windows[row * 12 + $1]) }
    }
    #expect(abs(mean(sums) - mean(forecasts)) < 1e-5)
  }

  @Test func theMeanOfLinesIsALine() {
    let lines = RelevanceLines(
      meanOf: [
        RelevanceLines(steps: 1, columns: ["a", "b"], slopes: [1, 2], intercept: 3),
        RelevanceLines(steps: 1, columns: ["a", "b"], slopes: [3, -2], intercept: 4),
      ])
    #expect(lines.slopes == [2, 0] && lines.intercept == 3.5)
  }

  private func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }
}
