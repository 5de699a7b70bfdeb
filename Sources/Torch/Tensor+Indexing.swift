import CTorch

extension Tensor {
  /// Elements at `index` along a dimension; the index (`int64`) has the shape of the result.
  public func gathered(_ dim: Int, _ index: Tensor) throws(TorchError) -> Tensor {
    try tensor("gather") { qbt_gather(handle, Int64(dim), index.handle, &$0) }
  }

  /// Whole slices at the positions in `index` (`int64`, one dimension).
  public func indexSelected(_ dim: Int, _ index: Tensor) throws(TorchError) -> Tensor {
    try tensor("index_select") { qbt_index_select(handle, Int64(dim), index.handle, &$0) }
  }

  /// This tensor with slice *k* of `source` added to its slice `index[k]`.
  public func indexAdded(
    _ dim: Int, _ index: Tensor, _ source: Tensor
  ) throws(TorchError) -> Tensor {
    try tensor("index_add") {
      qbt_index_add(handle, Int64(dim), index.handle, source.handle, &$0)
    }
  }

  /// Elements where `mask` (`bool`) holds, as one dimension.
  public func masked(_ mask: Tensor) throws(TorchError) -> Tensor {
    try tensor("masked_select") { qbt_masked_select(handle, mask.handle, &$0) }
  }

  /// This tensor with `value` where `mask` (`bool`) holds.
  public func filled(_ mask: Tensor, with value: Double) throws(TorchError) -> Tensor {
    try tensor("masked_fill") { qbt_masked_fill(handle, mask.handle, value, &$0) }
  }

  /// Elements of `a` where `mask` (`bool`) holds, of `b` elsewhere.
  public static func choosing(
    _ mask: Tensor, _ a: Tensor, else b: Tensor
  ) throws(TorchError) -> Tensor {
    try tensor("where") { qbt_where(mask.handle, a.handle, b.handle, &$0) }
  }
}
