import CTorch

// Over the dimensions named, counted from the back where negative; over all where none is named.

extension Tensor {
  public func sum(_ dims: Int..., keepDims: Bool = false) throws(TorchError) -> Tensor {
    try reduced("sum", QBT_SUM, dims, keepDims)
  }

  public func mean(_ dims: Int..., keepDims: Bool = false) throws(TorchError) -> Tensor {
    try reduced("mean", QBT_MEAN, dims, keepDims)
  }

  /// Variance with divisor *n* − 1, or *n* where `population`.
  public func variance(
    _ dims: Int..., population: Bool = false, keepDims: Bool = false
  ) throws(TorchError) -> Tensor {
    try reduced("var", population ? QBT_VAR_POPULATION : QBT_VAR, dims, keepDims)
  }

  /// Standard deviation with divisor *n* − 1, or *n* where `population`.
  public func standardDeviation(
    _ dims: Int..., population: Bool = false, keepDims: Bool = false
  ) throws(TorchError) -> Tensor {
    try reduced("std", population ? QBT_STD_POPULATION : QBT_STD, dims, keepDims)
  }

  public func max(_ dims: Int..., keepDims: Bool = false) throws(TorchError) -> Tensor {
    try reduced("amax", QBT_MAX, dims, keepDims)
  }

  public func min(_ dims: Int..., keepDims: Bool = false) throws(TorchError) -> Tensor {
    try reduced("amin", QBT_MIN, dims, keepDims)
  }

  /// Euclidean norm.
  public func norm(_ dims: Int..., keepDims: Bool = false) throws(TorchError) -> Tensor {
    try reduced("linalg_vector_norm", QBT_NORM, dims, keepDims)
  }

  /// log Σ eˣ, without overflow.
  public func logSumExp(_ dims: Int..., keepDims: Bool = false) throws(TorchError) -> Tensor {
    try reduced("logsumexp", QBT_LOGSUMEXP, dims, keepDims)
  }

  /// Positions of the largest elements, `int64`.
  public func argmax(_ dim: Int, keepDim: Bool = false) throws(TorchError) -> Tensor {
    try tensor("argmax") { qbt_argmax(handle, Int64(dim), keepDim ? 1 : 0, &$0) }
  }

  /// Positions of the smallest elements, `int64`.
  public func argmin(_ dim: Int, keepDim: Bool = false) throws(TorchError) -> Tensor {
    try tensor("argmin") { qbt_argmin(handle, Int64(dim), keepDim ? 1 : 0, &$0) }
  }

  public func cumulativeSum(_ dim: Int) throws(TorchError) -> Tensor {
    try tensor("cumsum") { qbt_cumsum(handle, Int64(dim), &$0) }
  }

  private func reduced(
    _ call: StaticString, _ op: qbt_reduction, _ dims: [Int], _ keepDims: Bool
  ) throws(TorchError) -> Tensor {
    let over = dims.native
    return try tensor(call) {
      qbt_reduce(op, handle, over, over.count, keepDims ? 1 : 0, &$0)
    }
  }
}
