import CTorch

/// What becomes of the losses of single elements.
public enum LossReduction: Sendable {
  case none, mean, sum

  var native: qbt_loss_reduction {
    switch self {
    case .none: QBT_LOSS_NONE
    case .mean: QBT_LOSS_MEAN
    case .sum: QBT_LOSS_SUM
    }
  }
}

extension Tensor {
  /// (x − y)².
  public func squaredError(
    _ target: Tensor, _ reduction: LossReduction = .mean
  ) throws(TorchError) -> Tensor {
    try tensor("mse_loss") { qbt_mse_loss(handle, target.handle, reduction.native, &$0) }
  }

  /// ½d² for |d| ≤ δ, else δ(|d| − ½δ), d = x − y (Huber, 1964).
  public func huberLoss(
    _ target: Tensor, delta: Double = 1, _ reduction: LossReduction = .mean
  ) throws(TorchError) -> Tensor {
    try tensor("huber_loss") {
      qbt_huber_loss(handle, target.handle, delta, reduction.native, &$0)
    }
  }

  /// Huber's loss divided by β: ½d²/β for |d| < β, else |d| − ½β.
  public func smoothL1Loss(
    _ target: Tensor, beta: Double = 1, _ reduction: LossReduction = .mean
  ) throws(TorchError) -> Tensor {
    try tensor("smooth_l1_loss") {
      qbt_smooth_l1_loss(handle, target.handle, beta, reduction.native, &$0)
    }
  }

  /// −y log σ(x) − (1 − y) log(1 − σ(x)), without overflow.
  public func binaryCrossEntropy(
    withLogits target: Tensor, _ reduction: LossReduction = .mean
  ) throws(TorchError) -> Tensor {
    try tensor("binary_cross_entropy_with_logits") {
      qbt_bce_with_logits(handle, target.handle, reduction.native, &$0)
    }
  }

  /// −log softmax(x)[y], for logits [batch, classes] and classes [batch] (`int64`).
  public func crossEntropy(
    _ target: Tensor, _ reduction: LossReduction = .mean
  ) throws(TorchError) -> Tensor {
    try tensor("cross_entropy_loss") {
      qbt_cross_entropy(handle, target.handle, reduction.native, &$0)
    }
  }
}
