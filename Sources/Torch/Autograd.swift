import CTorch

extension Tensor {
  public var requiresGrad: Bool { qbt_requires_grad(handle) != 0 }

  /// Has gradients collected in this leaf, and returns it.
  @discardableResult
  public func requiringGrad(_ required: Bool = true) throws(TorchError) -> Tensor {
    try check("set_requires_grad", qbt_set_requires_grad(handle, required ? 1 : 0))
    return self
  }

  /// The same elements, outside of the graph.
  public func detached() throws(TorchError) -> Tensor {
    try tensor("detach") { qbt_detach(handle, &$0) }
  }

  /// Adds the gradients of this scalar to the leaves it depends on.
  public func backward(
    retainGraph: Bool = false, createGraph: Bool = false
  ) throws(TorchError) {
    try check(
      "backward",
      qbt_backward(handle, retainGraph || createGraph ? 1 : 0, createGraph ? 1 : 0))
  }

  /// What `backward` has collected in this leaf, sharing its elements; `nil` where nothing.
  public func grad() throws(TorchError) -> Tensor? {
    var gradient: OpaquePointer?
    try check("grad", qbt_tensor_grad(handle, &gradient))
    return gradient.map(Tensor.init(adopting:))
  }

  public func clearGrad() throws(TorchError) { try check("grad", qbt_clear_grad(handle)) }
}

/// Gradients of `output` by each input, leaving the leaves alone.
///
/// - Parameters:
///   - output: A scalar, or any tensor together with `weights` of its shape: then the gradients are
///     those of Σ weights · output.
///   - weights: See `output`.
///   - inputs: What to differentiate by.
///   - createGraph: Whether the gradients can be differentiated again, as a gradient penalty needs.
/// - Returns: One gradient an input, of its shape.
/// - Throws: `TorchError.native` where the output does not depend on an input.
public func gradients(
  of output: Tensor, weights: Tensor? = nil, by inputs: [Tensor], createGraph: Bool = false
) throws(TorchError) -> [Tensor] {
  var results = [OpaquePointer?](repeating: nil, count: inputs.count)
  try check(
    "grad",
    qbt_grad(
      output.handle, weights?.handle, inputs.handles, inputs.count, createGraph ? 1 : 0,
      createGraph ? 1 : 0, &results))
  return results.compactMap { $0.map(Tensor.init(adopting:)) }
}

/// Runs `body` without recording a graph.
///
/// Synchronous on purpose: the setting belongs to the thread, and across an `await` it would reach
/// other tasks.
public func withoutGrad<Result, Failure: Error>(
  _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  let before = qbt_swap_grad_mode(0)
  defer { _ = qbt_swap_grad_mode(before) }
  return try body()
}

/// Scales the parameters' gradients down to a joint Euclidean norm of at most `limit`.
///
/// Gradients whose norm is not finite are left alone: the caller sees it in the result.
/// - Returns: The norm before.
@discardableResult
public func clipGradients(of parameters: [Tensor], norm limit: Double) throws(TorchError)
  -> Double
{
  var norm = 0.0
  try check(
    "clip_grad_norm", qbt_clip_grad_norm(parameters.handles, parameters.count, limit, &norm))
  return norm
}

/// Clamps every element of the parameters' gradients to ±`limit`.
public func clipGradients(of parameters: [Tensor], value limit: Double) throws(TorchError) {
  try check(
    "clip_grad_value", qbt_clip_grad_value(parameters.handles, parameters.count, limit))
}
