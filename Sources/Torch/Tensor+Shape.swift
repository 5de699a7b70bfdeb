import CTorch

// Dimensions are counted from the back where negative. Results are views where that is possible.

extension Tensor {
  /// The same elements in another shape; one size may be −1 and follows from the others.
  public func reshaped(_ shape: Int...) throws(TorchError) -> Tensor { try reshaped(shape) }

  /// The same elements in another shape; one size may be −1 and follows from the others.
  public func reshaped(_ shape: [Int]) throws(TorchError) -> Tensor {
    let sizes = shape.native
    return try tensor("reshape") { qbt_reshape(handle, sizes, sizes.count, &$0) }
  }

  /// Dimensions of size 1 repeated, without a copy; −1 keeps a size.
  public func expanded(_ shape: [Int]) throws(TorchError) -> Tensor {
    let sizes = shape.native
    return try tensor("expand") { qbt_expand(handle, sizes, sizes.count, &$0) }
  }

  public func permuted(_ dims: Int...) throws(TorchError) -> Tensor {
    let order = dims.native
    return try tensor("permute") { qbt_permute(handle, order, order.count, &$0) }
  }

  /// Two dimensions exchanged; the last two where none is named.
  public func transposed(_ a: Int = -2, _ b: Int = -1) throws(TorchError) -> Tensor {
    try tensor("transpose") { qbt_transpose(handle, Int64(a), Int64(b), &$0) }
  }

  /// Without the dimension, where its size is 1.
  public func squeezed(_ dim: Int) throws(TorchError) -> Tensor {
    try tensor("squeeze") { qbt_squeeze(handle, Int64(dim), &$0) }
  }

  public func unsqueezed(_ dim: Int) throws(TorchError) -> Tensor {
    try tensor("unsqueeze") { qbt_unsqueeze(handle, Int64(dim), &$0) }
  }

  /// Elements at `range` of a dimension, every `step`-th; a range past the end is cut there.
  public func sliced(
    _ dim: Int, _ range: Range<Int>, step: Int = 1
  ) throws(TorchError) -> Tensor {
    try tensor("slice") {
      qbt_slice(
        handle, Int64(dim), Int64(range.lowerBound), Int64(range.upperBound), Int64(step), &$0)
    }
  }

  /// Exactly `length` elements of a dimension, from `start`; an error where there are fewer.
  public func narrowed(
    _ dim: Int, from start: Int, length: Int
  ) throws(TorchError) -> Tensor {
    try tensor("narrow") { qbt_narrow(handle, Int64(dim), Int64(start), Int64(length), &$0) }
  }

  /// The slice at one position of a dimension, without that dimension.
  public func selected(_ dim: Int, _ index: Int) throws(TorchError) -> Tensor {
    try tensor("select") { qbt_select(handle, Int64(dim), Int64(index), &$0) }
  }

  /// Constants around the elements: (before, after) pairs, last dimension first.
  public func padded(_ pads: [Int], value: Double = 0) throws(TorchError) -> Tensor {
    let widths = pads.native
    return try tensor("constant_pad_nd") { qbt_pad(handle, widths, widths.count, value, &$0) }
  }

  /// Joined along a dimension that is there.
  public static func concatenated(_ tensors: [Tensor], _ dim: Int = 0) throws(TorchError)
    -> Tensor
  {
    try tensor("cat") { qbt_cat(tensors.handles, tensors.count, Int64(dim), &$0) }
  }

  /// Joined along a new dimension.
  public static func stacked(_ tensors: [Tensor], _ dim: Int = 0) throws(TorchError) -> Tensor {
    try tensor("stack") { qbt_stack(tensors.handles, tensors.count, Int64(dim), &$0) }
  }
}
