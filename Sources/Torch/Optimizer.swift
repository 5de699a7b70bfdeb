import CTorch

/// Moves parameters along their gradients, in place, bitwise the same every time.
public final class Optimizer {
  public enum Rule: Sendable, Equatable {
    /// Adam with weight decay added to the gradient (Kingma and Ba, 2015).
    case adam(
      beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0)
    /// Adam with decoupled weight decay (Loshchilov and Hutter, 2019).
    case adamW(
      beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
      weightDecay: Double = 0.01)
    /// Gradient descent; heavy-ball momentum v ← μv + g.
    case sgd(momentum: Double = 0, weightDecay: Double = 0)
  }

  public let parameters: [Tensor]
  public let rule: Rule
  private let handle: OpaquePointer

  /// - Throws: `TorchError.native` unless the parameters are leaves of a floating-point type.
  public init(_ parameters: [Tensor], _ rule: Rule, learningRate: Double) throws(TorchError) {
    let (handles, count) = (parameters.handles, parameters.count)
    handle =
      switch rule {
      case .adam(let beta1, let beta2, let epsilon, let decay):
        try reference("adam") {
          qbt_adam_new(handles, count, learningRate, beta1, beta2, epsilon, decay, 0, &$0)
        }
      case .adamW(let beta1, let beta2, let epsilon, let decay):
        try reference("adamw") {
          qbt_adam_new(handles, count, learningRate, beta1, beta2, epsilon, decay, 1, &$0)
        }
      case .sgd(let momentum, let decay):
        try reference("sgd") {
          qbt_sgd_new(handles, count, learningRate, momentum, decay, &$0)
        }
      }
    self.parameters = parameters
    self.rule = rule
  }

  deinit { qbt_optimizer_free(handle) }

  public var learningRate: Double {
    get { qbt_optimizer_learning_rate(handle) }
    set { qbt_optimizer_set_learning_rate(handle, newValue) }
  }

  /// One update; a parameter without a gradient is left alone.
  public func step() throws(TorchError) {
    try check("optimizer step", qbt_optimizer_step(handle))
  }

  public func clearGrads() throws(TorchError) {
    try check("optimizer clear", qbt_optimizer_clear_grads(handle))
  }

  // MARK: State

  /// What an optimiser carries from step to step for one parameter.
  public struct ParameterState {
    public var steps: Int
    /// Adam: first and second moment; gradient descent: the momentum, if any.
    public var slots: [Tensor]

    public init(steps: Int, slots: [Tensor]) { (self.steps, self.slots) = (steps, slots) }
  }

  /// Copies of the state, one a parameter.
  public func state() throws(TorchError) -> [ParameterState] {
    var states: [ParameterState] = []
    for index in parameters.indices {
      var steps: Int64 = 0
      try check("optimizer state", qbt_optimizer_steps(handle, index, &steps))
      var slots: [Tensor] = []
      for slot in 0..<qbt_optimizer_slots(handle) {
        slots.append(
          try tensor("optimizer state") { qbt_optimizer_slot(handle, index, slot, &$0) })
      }
      states.append(ParameterState(steps: Int(steps), slots: slots))
    }
    return states
  }

  /// Continues from a state as `state()` gives it.
  ///
  /// - Throws: `TorchError` where it does not fit these parameters and this rule.
  public func restore(_ states: [ParameterState]) throws(TorchError) {
    let slots = qbt_optimizer_slots(handle)
    guard states.count == parameters.count, states.allSatisfy({ $0.slots.count == slots }) else {
      throw .shapeMismatch(
        expected: [parameters.count, slots], got: [states.count, states.first?.slots.count ?? 0])
    }
    for (index, state) in states.enumerated() {
      try check(
        "optimizer state", qbt_optimizer_set_steps(handle, index, Int64(state.steps)))
      for (slot, value) in state.slots.enumerated() {
        try check(
          "optimizer state", qbt_optimizer_set_slot(handle, index, slot, value.handle))
      }
    }
  }
}

/// Deliberate: it changes its parameters, and stays with them.
@available(*, unavailable)
extension Optimizer: Sendable {}
