import Market
import Networks
import Torch

/// A network from noise to paths of components, in the Gaussianised scale.
///
/// The first component is the return. Constrained, its day *t* is σ_t ε_t + μ_t, with ε the first noise
/// channel and σ = |h₁|, μ = h₂ from the days before *t* alone; the other components see day *t* as well.
/// Wiese et al. (2020), section 4. Beside its noise the network may read |ε|, centred: volatility answers
/// to the size of shocks, and need not first learn what a size is.
struct PathNetwork: Parameterized {
  let body: TemporalConvolutionNetwork
  let isConstrained: Bool
  let readsSizes: Bool
  let components: Int

  var parameters: [NamedTensor] { body.parameters }
  /// Dates before the first that a path needs.
  var lead: Int { body.receptiveField }

  /// With contexts, which is how assets' own parts are made, it is constrained whatever the settings say:
  /// a free network would have to learn not to repeat the market's return.
  init(
    components: Int, contexts: Int, _ settings: QuantGAN.Hyperparameters,
    using stream: inout SeedStream, device: Device
  ) throws {
    self.components = components
    readsSizes = settings.readsSizes
    isConstrained = settings.architecture == .constrained || contexts > 0
    body = try TemporalConvolutionNetwork(
      TemporalConvolutionNetwork.Shape(
        inputs: settings.noise + (readsSizes ? 1 : 0) + contexts, channels: settings.hidden,
        outputs: components + (isConstrained ? 1 : 0), blocks: settings.blocks),
      using: &stream, device: device)
    // Volatility starts at 1, which is what Gaussianised returns have.
    if isConstrained, let bias = parameters.first(where: { $0.name == "bias" })?.tensor {
      var values = [Float](repeating: 0, count: components + 1)
      values[0] = 1
      try bias.assign(Tensor(values, shape: [components + 1], device: device))
    }
  }

  /// [batch, noise + contexts, lead + days] → [batch, components, days].
  func callAsFunction(_ input: Tensor) throws -> Tensor {
    try parts(of: input).path
  }

  /// The path, and of a constrained network its volatility [batch, 1, days].
  ///
  /// Volatility beyond `most` is cut to it.
  func parts(
    of input: Tensor, most: Double? = nil
  ) throws -> (path: Tensor, volatility: Tensor?) {
    let days = input.shape[2] - lead
    var read = input
    if readsSizes {
      // The mean of |ε| is √(2 / π).
      let size = try input.narrowed(1, from: 0, length: 1).abs() - (2 / Double.pi).squareRoot()
      read = try .concatenated([input, size], 1)
    }
    let output = try body(read, .evaluating)
    guard isConstrained else { return (try output.narrowed(2, from: 1, length: days), nil) }
    let before = try output.narrowed(2, from: 0, length: days)
    var volatility = try before.narrowed(1, from: 0, length: 1).abs()
    if let most { volatility = try volatility.clamped(max: most) }
    let noise = try input.narrowed(1, from: 0, length: 1).narrowed(2, from: lead, length: days)
    var path = try volatility * noise + before.narrowed(1, from: 1, length: 1)
    if components > 1 {
      let others = try output.narrowed(1, from: 2, length: components - 1)
      path = try .concatenated([path, others.narrowed(2, from: 1, length: days)], 1)
    }
    return (path, volatility)
  }
}
