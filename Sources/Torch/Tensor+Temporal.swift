import CTorch

/// One layer of a stack of temporal convolutions, besides its parameters.
public struct TemporalLayerForm: Sendable, Equatable {
  public var dilation: Int
  /// Whether the stack's output reads what the layer gives.
  public var isRead: Bool

  public init(dilation: Int, isRead: Bool) { (self.dilation, self.isRead) = (dilation, isRead) }
}

extension [TemporalLayerForm] {
  var native: [qbt_temporal_layer] {
    map { qbt_temporal_layer(dilation: Int64($0.dilation), read: $0.isRead ? 1 : 0) }
  }
}

extension Tensor {
  /// Dilated convolutions on top of each other, each followed by a PReLU, over [batch, inputs,
  /// length], without padding; the output is a sum of 1×1 convolutions of the layers that are read,
  /// cut to the latest steps.
  ///
  /// Time grows with batch · length · Σ inputs · outputs · taps. While a graph is recorded, about
  /// batch · length · Σ outputs numbers are kept.
  /// - Parameters:
  ///   - layers: From the input on; the last one has to be read.
  ///   - parameters: Of each layer the weight [outputs, inputs, taps], bias [outputs] and slope [1];
  ///     then of each layer that is read a weight [outputs of the stack, outputs of the layer, 1];
  ///     then a bias [outputs of the stack].
  /// - Returns: [batch, outputs, length − Σ dilation · (taps − 1)].
  /// - Throws: `TorchError.native` for shapes that do not fit.
  public func fusedTemporal(
    _ layers: [TemporalLayerForm], _ parameters: [Tensor]
  ) throws(TorchError) -> Tensor {
    try tensor("fused temporal") {
      qbt_fused_temporal(
        handle, layers.native, layers.count, parameters.handles, parameters.count, &$0)
    }
  }
}

/// A step of a critic that is a stack of temporal convolutions, with a penalty on slopes, in `float32` on
/// the processor: of a Wasserstein critic (Gulrajani et al., 2017) or one with the logarithmic loss.
///
/// The penalty's gradients are computed from their formula, several times as fast as by a graph that
/// is differentiated twice.
public struct FusedTemporalCritic {
  public let layers: [TemporalLayerForm]
  /// As for `Tensor.fusedTemporal`.
  public let parameters: [Tensor]

  public init(_ layers: [TemporalLayerForm], _ parameters: [Tensor]) {
    (self.layers, self.parameters) = (layers, parameters)
  }

  /// Whether `step` can take such samples; elsewhere the caller has to differentiate a graph.
  public func takes(_ real: Tensor) -> Bool {
    qbt_temporal_critic_fits(real.handle, layers.count, parameters.handles, parameters.count) != 0
  }

  /// Adds the gradients of fake − real + penalty to the parameters that require some.
  ///
  /// A sample's score is the mean of its outputs.
  /// - Parameters:
  ///   - real: [batch, inputs, length].
  ///   - fake: Of the same shape.
  ///   - epsilon: [batch]: the penalty is taken at epsilon · real + (1 − epsilon) · fake.
  ///   - penalty: Factor before the mean of (‖slopes‖₂ − 1)².
  ///   - conditions: How many of the last inputs the norm leaves out.
  /// - Returns: Mean scores of both, and the penalty with its factor.
  /// - Throws: `TorchError.native` for shapes that do not fit, other element types and devices.
  public func step(
    real: Tensor, fake: Tensor, epsilon: Tensor, penalty: Double, conditions: Int = 0
  ) throws(TorchError) -> (real: Double, fake: Double, penalty: Double) {
    var losses = [0.0, 0, 0]
    try check(
      "temporal critic",
      qbt_temporal_critic(
        real.handle, fake.handle, epsilon.handle, penalty, Int64(conditions), layers.native,
        layers.count, parameters.handles, parameters.count, &losses))
    return (losses[0], losses[1], losses[2])
  }

  /// Adds the gradients of the logarithmic loss, fake + real + penalty.
  ///
  /// real is the mean of ln(1 + e^−score) over real samples, fake that of ln(1 + e^score) over fake
  /// ones. Mescheder, Geiger and Nowozin (2018), *Which Training Methods for GANs do actually Converge?*
  /// - Parameters:
  ///   - real: [batch, inputs, length].
  ///   - fake: Of the same shape.
  ///   - penalty: Factor before the mean of ‖slopes‖₂² at real samples: their γ / 2.
  /// - Returns: The three parts, the penalty with its factor.
  /// - Throws: `TorchError.native` for shapes that do not fit, other element types and devices.
  public func logarithmicStep(
    real: Tensor, fake: Tensor, penalty: Double
  ) throws(TorchError) -> (real: Double, fake: Double, penalty: Double) {
    var losses = [0.0, 0, 0]
    try check(
      "temporal critic",
      qbt_temporal_critic(
        real.handle, fake.handle, nil, penalty, 0, layers.native, layers.count,
        parameters.handles, parameters.count, &losses))
    return (losses[0], losses[1], losses[2])
  }
}
