import Market
import Torch

/// Two encoders that share a window between them: what is the asset's own, and what is the market's.
///
/// Each code is the last state of a GRU over [rows, steps, columns]. From each code one predictor
/// foretells its own label and one adversary the other's; a GRU decoder makes the window again from
/// both. Tang et al. (2020), arXiv 2012.06289; see `DisentanglementLosses` for what they are trained by.
public struct DisentanglingNetwork: Parameterized {
  /// How it is built; the weights are drawn from a stream.
  public struct Shape: Sendable, Equatable {
    public var steps: Int
    public var columns: Int
    /// Width of either code.
    public var hidden: Int
    /// Of each encoder.
    public var layers: Int
    /// Width of the decoder's state.
    public var decoder: Int
    /// Between an encoder's layers and before the heads.
    public var dropout: Double

    public init(
      steps: Int, columns: Int, hidden: Int, layers: Int, decoder: Int, dropout: Double
    ) {
      (self.steps, self.columns, self.hidden) = (steps, columns, hidden)
      (self.layers, self.decoder, self.dropout) = (layers, decoder, dropout)
    }
  }

  /// What the encoders say of some rows, each [rows, hidden].
  public struct Codes {
    public let excess: Tensor
    public let market: Tensor

    public init(excess: Tensor, market: Tensor) { (self.excess, self.market) = (excess, market) }

    /// The same numbers, outside of the graph.
    public func detached() throws -> Codes {
      Codes(excess: try excess.detached(), market: try market.detached())
    }
  }

  public let shape: Shape
  private let device: Device
  private let excessEncoder: Recurrent
  private let marketEncoder: Recurrent
  /// Predictors, by what they read: the excess return, and the logits of the market's trend.
  let excessPredictor: CodeHead
  let marketPredictor: CodeHead
  /// Adversaries, by what they read: the trend from the excess code, and the reverse.
  let excessAdversary: CodeHead
  let marketAdversary: CodeHead
  private let decoder: Recurrent
  private let output: Linear

  public init(
    _ shape: Shape, using stream: inout SeedStream, device: Device = .cpu,
    dtype: DType = .float32
  ) throws {
    func encoder() throws -> Recurrent {
      try Recurrent(
        .gru, inputs: shape.columns, hidden: shape.hidden, layers: shape.layers,
        dropout: shape.dropout, using: &stream, device: device, dtype: dtype)
    }
    func head(_ outputs: Int) throws -> CodeHead {
      try CodeHead(
        shape.hidden, outputs: outputs, dropout: shape.dropout, using: &stream, device: device,
        dtype: dtype)
    }
    (self.shape, self.device) = (shape, device)
    excessEncoder = try encoder()
    marketEncoder = try encoder()
    excessPredictor = try head(1)
    marketPredictor = try head(MarketTrend.classes)
    excessAdversary = try head(MarketTrend.classes)
    marketAdversary = try head(1)
    decoder = try Recurrent(
      .gru, inputs: 2 * shape.hidden, hidden: shape.decoder, using: &stream, device: device,
      dtype: dtype)
    output = try Linear(
      shape.decoder, shape.columns, using: &stream, device: device, dtype: dtype)
  }

  /// Encoders, predictors and decoder: what learns to tell the codes apart.
  public var ownParameters: [NamedTensor] {
    excessEncoder.parameters.prefixed("excess_encoder")
      + marketEncoder.parameters.prefixed("market_encoder")
      + excessPredictor.parameters.prefixed("excess_predictor")
      + marketPredictor.parameters.prefixed("market_predictor")
      + decoder.parameters.prefixed("decoder") + output.parameters.prefixed("output")
  }

  /// The adversaries: what learns to find one label in the other's code.
  public var adversaryParameters: [NamedTensor] {
    excessAdversary.parameters.prefixed("excess_adversary")
      + marketAdversary.parameters.prefixed("market_adversary")
  }

  public var parameters: [NamedTensor] { ownParameters + adversaryParameters }

  /// Codes of windows [rows, steps, columns].
  public func codes(_ windows: Tensor, _ pass: Pass) throws -> Codes {
    Codes(
      excess: try excessEncoder.states(windows, pass).last,
      market: try marketEncoder.states(windows, pass).last)
  }

  /// Windows [rows, steps, columns] from codes, which need not be of the same dates.
  public func reconstruction(_ codes: Codes, _ pass: Pass) throws -> Tensor {
    let both = try Tensor.concatenated([codes.excess, codes.market], -1)
    let repeated = try both.unsqueezed(1)
      .expanded([both.shape[0], shape.steps, 2 * shape.hidden]).contiguous()
    return try output(decoder(repeated, pass), pass)
  }
}

extension DisentanglingNetwork: ForecastingNetwork {
  /// - Throws: `TrainingError.columns` unless the samples have the columns of training.
  public func reader(of samples: Samples) throws -> (_ positions: [Int]) throws -> Tensor {
    let read = try WindowReader(
      of: samples, steps: shape.steps, columns: shape.columns, device: device)
    return { try read($0) }
  }

  /// The excess return, on the training labels' scale: the market encoder has no part in it.
  public func forecast(_ batch: Tensor, _ pass: Pass) throws -> Tensor {
    try batch.inPieces(pass) {
      try excessPredictor(excessEncoder.states($0, pass).last, pass).squeezed(-1)
    }
  }
}
