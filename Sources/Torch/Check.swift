import CTorch

/// The only place that reads a status code or `qbt_last_error`.
func check(_ call: StaticString, _ status: Int32) throws(TorchError) {
  guard status != 0 else { return }
  throw .native(call: "\(call)", message: String(cString: qbt_last_error()))
}

/// Runs a native call that hands out one +1 reference.
func reference(
  _ call: StaticString, _ body: (inout OpaquePointer?) -> Int32
) throws(TorchError) -> OpaquePointer {
  var handle: OpaquePointer?
  try check(call, body(&handle))
  guard let handle else { throw .native(call: "\(call)", message: "gave nothing") }
  return handle
}

/// Runs a native call that gives one tensor, and takes it over.
func tensor(
  _ call: StaticString, _ body: (inout OpaquePointer?) -> Int32
) throws(TorchError) -> Tensor {
  Tensor(adopting: try reference(call, body))
}

extension [Int] {
  /// As C takes sizes and dimensions.
  var native: [Int64] { map { Int64($0) } }
}

extension [Tensor] {
  /// Borrowed: valid while the array is.
  var handles: [OpaquePointer?] { map(\.handle) }
}
