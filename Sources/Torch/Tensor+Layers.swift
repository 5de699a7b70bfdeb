import CTorch

extension Tensor {
  /// x Wᵀ + b, for `weight` [out, in].
  public func linear(_ weight: Tensor, bias: Tensor? = nil) throws(TorchError) -> Tensor {
    try tensor("linear") { qbt_linear(handle, weight.handle, bias?.handle, &$0) }
  }

  /// Cross-correlation of [batch, in, length] with `weight` [out, in / groups, kernel].
  ///
  /// The result's length is (length + 2·padding − dilation·(kernel − 1) − 1) / stride + 1.
  public func conv1d(
    _ weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    groups: Int = 1
  ) throws(TorchError) -> Tensor {
    try tensor("conv1d") {
      qbt_conv1d(
        handle, weight.handle, bias?.handle, Int64(stride), Int64(padding), Int64(dilation),
        Int64(groups), &$0)
    }
  }

  /// Normalised over the trailing dimensions `shape`, then scaled and shifted.
  public func layerNorm(
    _ shape: [Int], weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
  ) throws(TorchError) -> Tensor {
    let sizes = shape.native
    return try tensor("layer_norm") {
      qbt_layer_norm(
        handle, sizes, sizes.count, weight?.handle, bias?.handle, epsilon, &$0)
    }
  }

  /// Normalised over all dimensions but the second.
  ///
  /// In training by the batch's own moments, which move the running ones by `momentum`, in place;
  /// else by the running ones, so that a row's result does not depend on the rows beside it. A
  /// rectifier that follows is quicker asked for here, where training of [rows, columns] in `float32`
  /// on the processor runs on a kernel.
  public func batchNorm(
    weight: Tensor? = nil, bias: Tensor? = nil, runningMean: Tensor, runningVariance: Tensor,
    training: Bool, momentum: Double = 0.1, epsilon: Double = 1e-5, rectified: Bool = false
  ) throws(TorchError) -> Tensor {
    try tensor("batch_norm") {
      qbt_batch_norm(
        handle, weight?.handle, bias?.handle, runningMean.handle, runningVariance.handle,
        training ? 1 : 0, momentum, epsilon, rectified ? 1 : 0, &$0)
    }
  }

  /// Each element zeroed with the probability given, the others divided by what is left of 1.
  public func dropout(
    _ probability: Double, using generator: Generator
  ) throws(TorchError) -> Tensor {
    try tensor("dropout") { qbt_dropout(handle, probability, generator.handle, &$0) }
  }
}
