import Market
import Testing
import Torch

@testable import Networks

/// Relevance of whole networks.
@Suite struct RelevanceTests {
  /// Values that NumPy 2.4.6 printed; see `benchmarks/peers/lrp_golden.py`.
  static let goldens: [(name: String, layer: RecurrentForecaster.Shape, relevance: [Double])] = [
    (
      "lstm", .init(cell: .lstm, inputs: 4, layers: 2, hidden: 3),
      [
        -0.010210960352166, -0.00463909371814542, -0.00102670328763889, -0.0103431975071329,
        -0.0251358208823131, -0.00500370092297918, 0.00596775338737497, -0.00412726594237289,
        0.0150465832122802, -0.00505401692864598, -0.0115197537592938, 0.0049735804140552,
        -0.00724743549754851, -0.00259892479379223, 0.00601759016337759, 0.00236286764312033,
        -0.00013994522425302, -0.00781646917241601, -0.00292063009217687, -0.0203333247694577,
        -0.00503414631835121, -0.00289969636889753, -0.000203205595231554, -0.0110600261884145,
      ]
    ),
    (
      "gru", .init(cell: .gru, inputs: 4, layers: 2, hidden: 3),
      [
        0.0148211799822038, 0.0106908134356276, -0.000962401898905675, 0.00200522432716474,
        0.0118765196169322, 0.00182740913256916, -0.00281640018073886, 0.0013658482685636,
        -0.0043514789792865, 0.000997641679038988, 0.00404513198469096, -0.00144511095065784,
        0.0154491356537002, 0.00404354654481011, -0.0103593299979086, 0.000777883106395481,
        -0.000237249924739623, 0.00212548588570328, 0.000792310503036506, 0.00606927899279589,
        0.00275913847326259, 0.00280206765636243, -0.000268859821387879, 0.00448155368806935,
      ]
    ),
    (
      "alstm", .init(cell: .lstm, inputs: 4, hidden: 4, attention: true),
      [
        0.0157941731523945, 0.0154831209331127, 0.00329292081238207, -0.0239647105061561,
        0.0101913182222304, -0.000488477392119953, 0.0101044635544356, -0.00279856381302899,
        -0.117503962383328, -0.0102663303435857, 0.0762616142842697, 0.0532856279958536,
        0.00754733768802003, 0.000920269304256707, 0.0102851124535688, 0.00664275977178204,
        0.00271938239185648, -0.00146648099496946, 0.00194404877372536, 0.000899910808627618,
        -0.00683846295790811, -0.0161461425616944, 0.0176250884949053, 0.023824472648977,
      ]
    ),
  ]

  /// The first golden with δ = 0.
  static let withoutBias = [
    0.00165413217443312, 0.000413969008194278, -0.000854723319269689, 0.000871325979581997,
    0.00433611099192653, 0.00013354166200981, -0.00187349972858372, 1.90173131538947e-06,
    -0.00575065097492735, 6.4994910571736e-05, 0.0015591138497512, -0.00168203603541824,
    -0.00298012254851596, -0.000298319256082423, 0.000693442630334773, -0.0023588335827776,
    -0.000893437802840977, -0.000111695752084481, 6.88520751701072e-07, 0.00300485995073239,
    0.000882952698649627, 0.000573563808621531, -0.000620135484057187, 0.00143685750268183,
  ]

  static func network(_ shape: RecurrentForecaster.Shape) throws -> RecurrentForecaster {
    var stream = RecurrentTests.stream()
    let layer = try RecurrentForecaster(shape, using: &stream, dtype: .float64)
    try layer.fillWithPatterns()
    return layer
  }

  @Test(arguments: goldens)
  func agreesWithAnImplementationByLoops(
    _ golden: (name: String, layer: RecurrentForecaster.Shape, relevance: [Double])
  ) throws {
    let layer = try Self.network(golden.layer)
    let x = try pattern([2, 3, 4], scale: 0.3, modulus: 11)
    let relevance = try layer.relevance(of: x, EpsilonRule())
    #expect(relevance.shape == [2, 3, 4] && !relevance.requiresGrad)
    #expect(isClose(try relevance.doubles(), golden.relevance))
    let whole = try withoutGrad { try layer(x, .evaluating).squeezed(-1) }
    #expect(isClose(try relevance.sum(1, 2).doubles(), try whole.doubles()))
  }

  @Test func theBiasCanBeLeftWhereItIs() throws {
    let relevance = try Self.network(Self.goldens[0].layer).relevance(
      of: pattern([2, 3, 4], scale: 0.3, modulus: 11), EpsilonRule(biasShare: 0))
    #expect(isClose(try relevance.doubles(), Self.withoutBias))
  }

  /// Sums against outputs, in units of the largest relevance of the row, whose rounding they have.
  static func expectConserved(
    _ relevance: Tensor, _ outputs: Tensor, within tolerance: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let rows = outputs.shape[0]
    let values = try relevance.reshaped(rows, -1).to(.float64)
    let sums = try values.sum(-1).doubles()
    let sizes = try values.abs().max(-1).doubles()
    let expected = try withoutGrad { try outputs.reshaped(rows).to(.float64).doubles() }
    for row in 0..<rows {
      #expect(
        abs(sums[row] - expected[row]) <= tolerance * max(1, sizes[row]), "row \(row)",
        sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: Recurrent.Cell.allCases, [false, true])
  func recurrentNetworksKeepAllRelevance(_ cell: Recurrent.Cell, attention: Bool) throws {
    for (dtype, tolerance) in [(DType.float64, 1e-10), (.float32, 1e-4)] {
      var stream = RecurrentTests.stream(3)
      let layer = try RecurrentForecaster(
        .init(cell: cell, inputs: 5, layers: 2, hidden: 8, attention: attention),
        using: &stream, dtype: dtype)
      let x = try Generator(seed: 1).normal([20, 12, 5], dtype: dtype)
      try Self.expectConserved(
        layer.relevance(of: x, EpsilonRule()), layer(x, .evaluating), within: tolerance)
      // Where there are no biases, δ says nothing.
      for item in layer.parameters where item.name.contains("bias") { try item.tensor.fill(0) }
      let output = try layer(x, .evaluating)
      try Self.expectConserved(
        layer.relevance(of: x, EpsilonRule(biasShare: 0)), output, within: tolerance)
    }
  }

  @Test(arguments: Normalization.allCases, Activation.allCases)
  func perceptronsKeepAllRelevance(
    _ normalization: Normalization, _ activation: Activation
  ) throws {
    var stream = RecurrentTests.stream(4)
    let body = try MLP(
      .init(
        inputs: 6, hidden: [8, 5], normalization: normalization, activation: activation),
      using: &stream)
    let x = try Generator(seed: 1).normal([30, 6])
    // Moves running moments and, by one step up the slope, the learnt scales and shifts.
    let output = try body(x, .training(Generator(seed: 2)))
    try output.square().mean().backward()
    for item in body.parameters {
      try item.tensor.assign(item.tensor + #require(try item.tensor.grad()))
    }
    let relevance = try body.relevance(of: x, EpsilonRule())
    #expect(relevance.shape == [30, 6])
    try Self.expectConserved(relevance, body(x, .evaluating), within: 1e-4)
  }

  /// A feature without weight takes no more than its share of stabilisers and biases.
  @Test func whatIsNotReadTakesNothing() throws {
    var stream = RecurrentTests.stream(5)
    let body = try MLP(.init(inputs: 3, hidden: [6]), using: &stream)
    for item in body.parameters where item.name.contains("bias") { try item.tensor.fill(0) }
    var weights = try body.blocks[0].linear.weight.floats()
    for unit in 0..<6 { weights[unit * 3 + 1] = 0 }
    try body.blocks[0].linear.weight.assign(Tensor(weights, shape: [6, 3]))
    let relevance = try body.relevance(
      of: Generator(seed: 1).normal([10, 3]), EpsilonRule(epsilon: 1e-9))
    #expect(try relevance.selected(1, 1).floats().allSatisfy { abs($0) < 1e-4 })
    #expect(try relevance.selected(1, 0).floats().contains { abs($0) > 1e-2 })
  }

  static func trained(
    steps: Int, columns: Int, hidden: Int = 4
  ) throws -> TrainedNetwork<WindowNetwork<RecurrentForecaster>> {
    var stream = RecurrentTests.stream(6)
    let body = try RecurrentForecaster(
      .init(cell: .lstm, inputs: columns, hidden: hidden), using: &stream)
    return TrainedNetwork(
      network: WindowNetwork(body, layout: StepLayout(dates: steps), columns: columns),
      scale: LabelScale([1, 2, 6]), record: TrainingRecord())
  }

  @Test func contributionsSumToForecastsInUnitsOfTheLabels() throws {
    // More rows than a piece, and than a reading.
    let rows = try madeRows(dates: 60, assets: 40, columns: 3, seed: 1) { Double($0[0]) }.samples
    let network = try Self.trained(steps: 4, columns: 3)
    let forecasts = try network.predict(rows)
    let whole = try network.contributionsByStep(rows, EpsilonRule())
    #expect(whole.rows == 2400 && whole.steps == 4 && whole.columns == rows.columns)
    #expect(whole.baseValue == 3)
    let byColumn = try network.contributionValues(rows, EpsilonRule())
    #expect(byColumn.count == 2400 * 3)
    for row in 0..<rows.count {
      let values = whole.values[row * 12..<row * 12 + 12]
      #expect(abs(values.reduce(3, +) - forecasts[row]) < 1e-4)
      for column in 0..<3 {
        let sum = stride(from: column, to: 12, by: 3).reduce(0) { $0 + whole.values[row * 12 + $1] }
        #expect(abs(sum - byColumn[row * 3 + column]) < 1e-5)
      }
    }
    // A row by itself is explained as among others.
    let one = try network.contributionsByStep(
      rows.selecting([rows.keys[1234]]), EpsilonRule())
    for (a, b) in zip(one.values, whole.values[1234 * 12..<1235 * 12]) {
      #expect(abs(a - b) < 1e-5)
    }
  }

  @Test func noRowsHaveNoContributions() throws {
    let rows = try madeRows(dates: 3, assets: 2, columns: 3, seed: 1) { _ in 0 }.samples
    let network = try Self.trained(steps: 4, columns: 3)
    let none = try network.contributionsByStep(rows.selecting([]), EpsilonRule())
    #expect(none.rows == 0 && none.values.isEmpty)
    #expect(try network.linearised(on: rows.selecting([])).slopes == .init(repeating: 0, count: 12))
  }
}
