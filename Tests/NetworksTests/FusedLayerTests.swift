import Market
import Testing
import Torch

@testable import Networks

/// Layers in single precision, which run on kernels, against what they are composed of.
@Suite struct FusedLayerTests {
  static func stream() -> SeedStream { SeedTree(root: 3).stream("weights") }

  static func input(_ shape: [Int]) throws -> Tensor {
    try Generator(seed: 1).normal(shape).requiringGrad()
  }

  static func doubled(_ tensor: Tensor) throws -> Tensor {
    try tensor.detached().to(.float64).requiringGrad()
  }

  /// The largest error as a share of the largest element, or of 1e-3 where all are smaller.
  static func error(_ found: Tensor, _ expected: Tensor) throws -> Double {
    let scale = max(try expected.abs().max().item(), 1e-3)
    return try (found.to(.float64) - expected.to(.float64)).abs().max().item() / scale
  }

  /// What a function gives, and the slopes of some sum over it by its leaves.
  struct Outcome {
    let output: Tensor
    let slopes: [Tensor]

    init(_ output: Tensor, by leaves: [Tensor]) throws {
      self.output = output
      // Slopes that differ from element to element, so that no transposition goes unseen.
      slopes = try gradients(of: (output * 3 + 1).sin().sum(), by: leaves)
    }
  }

  static func expectAgreement(
    _ found: Outcome, _ expected: Outcome, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(found.output.shape == expected.output.shape, sourceLocation: sourceLocation)
    #expect(
      try error(found.output, expected.output) < 1e-5, sourceLocation: sourceLocation)
    #expect(found.slopes.count == expected.slopes.count, sourceLocation: sourceLocation)
    for (index, pair) in zip(found.slopes, expected.slopes).enumerated() {
      #expect(
        try error(pair.0, pair.1) < 1e-4, "gradient \(index)", sourceLocation: sourceLocation)
    }
  }

  /// The recurrent layers one by one, in double precision, with dropout as a layer of its own.
  static func composed(
    _ layer: Recurrent, _ input: Tensor, _ parameters: [Tensor], dropout: Double, _ pass: Pass
  ) throws -> Tensor {
    let state = try Tensor.zeros([1, input.shape[0], layer.hidden], dtype: .float64)
    var values = input
    for first in stride(from: 0, to: parameters.count, by: 4) {
      // What is drawn first belongs to the first row, not to the first step.
      if first > 0 { values = try Dropout(dropout)(values.contiguous(), pass) }
      let own = Array(parameters[first..<first + 4])
      values =
        switch layer.cell {
        case .lstm: try values.lstm(hidden: state, cell: state, parameters: own).output
        case .gru: try values.gru(hidden: state, parameters: own).output
        }
    }
    return values
  }

  @Test(arguments: Recurrent.Cell.allCases, [1, 2])
  func recurrentLayersAgreeWithTheirComposition(_ cell: Recurrent.Cell, layers: Int) throws {
    var stream = Self.stream()
    let layer = try Recurrent(
      cell, inputs: 3, hidden: 20, layers: layers, dropout: 0.3, using: &stream)
    let x = try Self.input([9, 6, 3])
    let parameters = layer.parameters.map(\.tensor)
    let exact = try ([x] + parameters).map(Self.doubled)
    for isTraining in [false, true] {
      func pass() throws -> Pass {
        isTraining ? .training(try Generator(seed: 5)) : .evaluating
      }
      func states() throws -> Tensor {
        try Self.composed(layer, exact[0], Array(exact[1...]), dropout: 0.3, pass())
      }
      try Self.expectAgreement(
        Outcome(layer(x, pass()), by: [x] + parameters), Outcome(states(), by: exact))
      try Self.expectAgreement(
        Outcome(layer.states(x, pass()).last, by: [x] + parameters),
        Outcome(states().selected(1, 5), by: exact))
    }
  }

  @Test(arguments: Recurrent.Cell.allCases, [false, true])
  func forecastersAgreeInBothPrecisions(_ cell: Recurrent.Cell, attention: Bool) throws {
    func outcome(_ dtype: DType, dropoutSeed: UInt64) throws -> Outcome {
      var stream = Self.stream()
      let layer = try RecurrentForecaster(
        .init(
          cell: cell, inputs: 3, layers: 2, hidden: 8, dropout: 0.3, attention: attention),
        using: &stream, dtype: dtype)
      let x = try Self.input([5, 4, 3]).detached().to(dtype).requiringGrad()
      return try Outcome(
        layer(x, .training(Generator(seed: dropoutSeed))),
        by: [x] + layer.parameters.map(\.tensor))
    }
    let single = try outcome(.float32, dropoutSeed: 2)
    try Self.expectAgreement(single, outcome(.float64, dropoutSeed: 2))
    let (again, other) = (
      try outcome(.float32, dropoutSeed: 2), try outcome(.float32, dropoutSeed: 4)
    )
    #expect(try again.output.floats() == single.output.floats())
    #expect(
      try again.slopes.map { try $0.floats() } == single.slopes.map { try $0.floats() })
    #expect(try other.output.floats() != single.output.floats())
  }

  static func encoderLayer(
    _ norm: EncoderLayer.Norm, _ activation: Activation = .relu, dropout: Double = 0,
    dtype: DType = .float32
  ) throws -> EncoderLayer {
    var stream = stream()
    return try EncoderLayer(
      .init(
        width: 12, heads: 3, feedForward: 10, dropout: dropout, norm: norm,
        activation: activation), using: &stream, dtype: dtype)
  }

  @Test(arguments: [EncoderLayer.Norm.pre, .post], [false, true])
  func encoderLayersAgreeWithTheirComposition(_ norm: EncoderLayer.Norm, last: Bool) throws {
    let layer = try Self.encoderLayer(norm)
    let exact = try Self.encoderLayer(norm, dtype: .float64)
    let x = try Self.input([7, 5, 12])
    let precise = try Self.doubled(x)
    func outcome(_ output: Tensor, _ layer: EncoderLayer, _ x: Tensor) throws -> Outcome {
      try Outcome(output, by: [x] + layer.parameters.map(\.tensor))
    }
    let found = try outcome(
      last ? layer.last(x, .evaluating) : layer(x, .evaluating), layer, x)
    try Self.expectAgreement(
      found,
      outcome(
        last ? exact.last(precise, .evaluating) : exact(precise, .evaluating), exact, precise))
    try Self.expectAgreement(
      found,
      outcome(
        last ? layer.composedLast(x, .evaluating) : layer.composed(x, .evaluating), layer, x))
  }

  /// Of the last token both ways draw the same numbers; of all tokens, keys and queries change
  /// places, and what the composition draws is another sample.
  @Test(arguments: [EncoderLayer.Norm.pre, .post])
  func encoderLayersDropOutFromThePass(_ norm: EncoderLayer.Norm) throws {
    let layer = try Self.encoderLayer(norm, dropout: 0.3)
    let leaves = try [Self.input([7, 5, 12])] + layer.parameters.map(\.tensor)
    func pass(_ seed: UInt64) throws -> Pass { .training(try Generator(seed: seed)) }
    try Self.expectAgreement(
      Outcome(layer.last(leaves[0], pass(2)), by: leaves),
      Outcome(layer.composedLast(leaves[0], pass(2)), by: leaves))

    let exact = try leaves.map(Self.doubled)
    let whole = try Outcome(layer(leaves[0], pass(2)), by: leaves)
    let form = EncoderLayerForm(heads: 3, normFirst: norm == .pre)
    let expected = try exact[0].fusedEncoderLayer(
      form, Array(exact[1...]), dropout: 0.3, generator: Generator(seed: 2))
    try Self.expectAgreement(whole, Outcome(expected, by: exact))
    let again = try layer(leaves[0], pass(2)).floats()
    #expect(try again == whole.output.floats())
    #expect(try layer(leaves[0], pass(3)).floats() != again)
    #expect(try layer(leaves[0], .evaluating).floats() != again)
  }

  @Test(arguments: [EncoderLayer.Norm.pre, .post])
  func whatTheKernelLacksIsComposed(_ norm: EncoderLayer.Norm) throws {
    let x = try Self.input([4, 5, 12])
    let smooth = try Self.encoderLayer(norm, .gelu)
    let exact = try Self.encoderLayer(norm, .gelu, dtype: .float64)
    let precise = try Self.doubled(x)
    try Self.expectAgreement(
      Outcome(smooth(x, .evaluating), by: [x]),
      Outcome(exact(precise, .evaluating), by: [precise]))
    try Self.expectAgreement(
      Outcome(smooth.last(x, .evaluating), by: [x]),
      Outcome(exact.last(precise, .evaluating), by: [precise]))
    // A sequence whose last two tokens are absent is as one of the first three alone.
    let layer = try Self.encoderLayer(norm)
    let absent = try Tensor([0, 0, 0, 1, 1] as [Float], shape: [1, 5]).greater(0.5)
      .expanded([4, 5])
    let masked = try layer(x, absent: absent, .evaluating).narrowed(1, from: 0, length: 3)
    let alone = try layer(x.narrowed(1, from: 0, length: 3), .evaluating)
    #expect(try Self.error(masked, alone) < 1e-5)
  }

  /// A stack read at its last token, and gradients of gradients through it.
  @Test(arguments: [EncoderLayer.Norm.pre, .post])
  func stacksAgreeInBothPrecisions(_ norm: EncoderLayer.Norm) throws {
    func results(_ dtype: DType) throws -> (Outcome, [Tensor]) {
      var stream = Self.stream()
      let stack = try EncoderStack(
        .init(width: 8, heads: 2, feedForward: 6, norm: norm), layers: 2, using: &stream,
        dtype: dtype)
      let x = try Self.input([3, 4, 8]).detached().to(dtype).requiringGrad()
      let leaves = [x] + stack.parameters.map(\.tensor)
      let last = try stack.last(x, .evaluating)
      let slope = try gradients(of: last.sin().sum(), by: [x], createGraph: true)[0]
      // The last shift moves no slope.
      let penalty = try gradients(of: slope.square().sum(), by: Array(leaves.dropLast()))
      return (try Outcome(stack.last(x, .evaluating), by: leaves), penalty)
    }
    let (single, exact) = (try results(.float32), try results(.float64))
    try Self.expectAgreement(single.0, exact.0)
    for (found, expected) in zip(single.1, exact.1) {
      #expect(try Self.error(found, expected) < 1e-3)
    }
  }
}
