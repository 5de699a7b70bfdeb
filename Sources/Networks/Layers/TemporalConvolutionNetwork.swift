import Market
import Torch

/// Temporal blocks on top of each other, read by 1×1 convolutions: [batch, inputs, length] →
/// [batch, outputs, length − receptiveField + 1].
///
/// Output step *t* depends on the input steps t …< t + receptiveField, and on no other. Every block
/// contributes a 1×1 convolution to the output; their sum has one bias. Wiese et al. (2020), *Quant
/// GANs: deep generation of financial time series*, section 3 and appendix B.
public struct TemporalConvolutionNetwork: Layer {
  /// One temporal block.
  public struct Block: Sendable, Equatable {
    public var kernel: Int
    public var dilation: Int
    /// Each followed by a PReLU.
    public var convolutions: Int

    public init(kernel: Int, dilation: Int, convolutions: Int = 2) {
      (self.kernel, self.dilation, self.convolutions) = (kernel, dilation, convolutions)
    }

    /// Steps that one output step sees.
    public var receptiveField: Int { 1 + convolutions * (kernel - 1) * dilation }
  }

  /// How it is built; the weights are drawn from a stream.
  public struct Shape: Sendable, Equatable {
    public var inputs: Int
    /// Of every convolution in the blocks.
    public var channels: Int
    public var outputs: Int
    public var blocks: [Block]
    /// Whether every block contributes to the output, or the last one alone.
    public var skips: Bool

    public init(
      inputs: Int, channels: Int = 80, outputs: Int = 1, blocks: [Block] = Shape.quantGAN,
      skips: Bool = true
    ) {
      (self.inputs, self.channels, self.outputs) = (inputs, channels, outputs)
      (self.blocks, self.skips) = (blocks, skips)
    }

    /// The paper's seven blocks: kernel 1, then kernel 2 with dilations 1, 2, 4, 8, 16, 32.
    ///
    /// An output step sees 127 input steps.
    public static var quantGAN: [Block] {
      [Block(kernel: 1, dilation: 1)]
        + [1, 2, 4, 8, 16, 32].map { Block(kernel: 2, dilation: $0) }
    }

    /// Steps that one output step sees.
    public var receptiveField: Int { 1 + blocks.reduce(0) { $0 + $1.receptiveField - 1 } }
  }

  public let shape: Shape
  let blocks: [TemporalBlock]
  /// [outputs, channels, 1] of each block that contributes.
  let heads: [Tensor]
  /// [outputs].
  let bias: Tensor

  /// Weights as PyTorch's modules start; the heads as one 1×1 convolution over all the channels that
  /// they read.
  ///
  /// - Precondition: at least one block, and all counts are positive.
  public init(
    _ shape: Shape, using stream: inout SeedStream, device: Device = .cpu,
    dtype: DType = .float32
  ) throws {
    precondition(!shape.blocks.isEmpty)
    var blocks: [TemporalBlock] = []
    for block in shape.blocks {
      blocks.append(
        try TemporalBlock(
          blocks.isEmpty ? shape.inputs : shape.channels, channels: shape.channels,
          kernel: block.kernel, dilation: block.dilation, convolutions: block.convolutions,
          padding: .valid, using: &stream, device: device, dtype: dtype))
    }
    let read = shape.skips ? blocks.count : 1
    let bound = 1 / Double(read * shape.channels).squareRoot()
    func uniform(_ sizes: [Int]) throws -> Tensor {
      let values = (0..<sizes.reduce(1, *)).map { _ in Float(bound * (2 * stream.uniform() - 1)) }
      return try Tensor(values, shape: sizes, device: device).to(dtype).requiringGrad()
    }
    self.shape = shape
    self.blocks = blocks
    heads = try (0..<read).map { _ in try uniform([shape.outputs, shape.channels, 1]) }
    bias = try uniform([shape.outputs])
  }

  init(shape: Shape, blocks: [TemporalBlock], heads: [Tensor], bias: Tensor) {
    (self.shape, self.blocks, self.heads, self.bias) = (shape, blocks, heads, bias)
  }

  /// Steps that one output step sees.
  public var receptiveField: Int { shape.receptiveField }

  public var parameters: [NamedTensor] {
    let first = blocks.count - heads.count
    return blocks.enumerated().flatMap { $1.parameters.prefixed("blocks.\($0)") }
      + heads.enumerated().map { NamedTensor("heads.\(first + $0).weight", $1) }
      + [NamedTensor("bias", bias)]
  }

  /// In `float32` on the processor computed by kernels of the library's own, elsewhere and where
  /// gradients are differentiated again by libtorch's operations.
  ///
  /// - Throws: `TemporalConvolutionError` for stray channels, or fewer steps than the receptive
  ///   field.
  public func callAsFunction(_ input: Tensor, _: Pass) throws -> Tensor {
    try check(input)
    return try input.fusedTemporal(layers, parameters.map(\.tensor))
  }

  /// The same network with parameters that collect no gradients, sharing their elements: for a step
  /// that goes through a critic to move its generator.
  public func frozen() throws -> TemporalConvolutionNetwork {
    TemporalConvolutionNetwork(
      shape: shape,
      blocks: try blocks.map { block in
        TemporalBlock(
          convolutions: try block.convolutions.map {
            CausalConv1d(
              weight: try $0.weight.detached(), bias: try $0.bias?.detached(),
              dilation: $0.dilation, padding: $0.padding)
          },
          activations: try block.activations.map { PReLU(weight: try $0.weight.detached()) })
      },
      heads: try heads.map { try $0.detached() }, bias: try bias.detached())
  }

  /// Every convolution in turn, as kernels take it; parameters are listed in the order that they want.
  var layers: [TemporalLayerForm] {
    let first = blocks.count - heads.count
    return blocks.enumerated().flatMap { index, block in
      block.convolutions.enumerated().map { place, convolution in
        TemporalLayerForm(
          dilation: convolution.dilation,
          isRead: index >= first && place == block.convolutions.count - 1)
      }
    }
  }

  func check(_ input: Tensor) throws(TemporalConvolutionError) {
    guard input.rank == 3, input.shape[1] == shape.inputs else {
      throw .stray(input.shape, inputs: shape.inputs)
    }
    guard input.shape[2] >= receptiveField else {
      throw .tooShort(length: input.shape[2], receptiveField: receptiveField)
    }
  }
}

/// Input that a network of temporal blocks cannot take.
public enum TemporalConvolutionError: UserFacingError, Equatable {
  case stray([Int], inputs: Int)
  case tooShort(length: Int, receptiveField: Int)

  public var description: String {
    switch self {
    case .stray(let shape, let inputs):
      "the input has shape \(shape); the network takes [batch, \(inputs), length]"
    case .tooShort(let length, let receptiveField):
      "the input has \(length) steps; the network's receptive field needs \(receptiveField)"
    }
  }
}
