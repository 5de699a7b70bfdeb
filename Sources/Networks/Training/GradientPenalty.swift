import Torch

/// The parts of a Wasserstein critic's loss, each a mean over the batch.
public struct CriticLosses: Sendable, Equatable {
  /// Score of the real samples.
  public var real: Double
  /// Score of the generated samples.
  public var fake: Double
  /// λ (‖∇D(x̂)‖₂ − 1)², the factor included.
  public var penalty: Double

  public init(real: Double, fake: Double, penalty: Double) {
    (self.real, self.fake, self.penalty) = (real, fake, penalty)
  }

  /// What the critic minimises.
  public var total: Double { fake - real + penalty }
  /// What the critic tells of the distance between the two distributions.
  public var distance: Double { real - fake }
}

/// One sample's score: the mean of everything that the critic says about it, [batch].
public func criticScores(_ output: Tensor) throws -> Tensor {
  try output.reshaped(output.shape[0], -1).mean(1)
}

/// λ · mean (‖∇ critic‖₂ − 1)² at points between real and generated ones, with its graph.
///
/// Gulrajani et al. (2017), *Improved Training of Wasserstein GANs*, equation 3. Its gradient by the
/// critic's parameters needs double backward; where the critic is flat, it is 0.
/// - Parameters:
///   - real: [batch, …].
///   - fake: Of the same shape.
///   - weights: [batch], uniform on [0, 1): how much of a point is the real one.
///   - strength: λ.
///   - conditions: How many of the last indices of the second dimension are conditions, the same in
///     `real` and `fake`: slopes by these do not count in the norm.
///   - critic: Scores of the batch; their sum is differentiated.
/// - Returns: A scalar.
/// - Throws: `TorchError` where shapes disagree, and what the critic throws.
public func gradientPenalty(
  real: Tensor, fake: Tensor, weights: Tensor, strength: Double, conditions: Int = 0,
  of critic: (Tensor) throws -> Tensor
) throws -> Tensor {
  let shape = [real.shape[0]] + Array(repeating: 1, count: real.shape.count - 1)
  let share = try weights.reshaped(shape)
  let between = try (fake + share * (real - fake)).detached().requiringGrad()
  let scores = try critic(between).sum()
  var slopes = try gradients(of: scores, by: [between], createGraph: true)[0]
  if conditions > 0 {
    slopes = try slopes.narrowed(1, from: 0, length: real.shape[1] - conditions)
  }
  let squares = try slopes.reshaped([real.shape[0], -1]).square().sum(1)
  // A root's slope at 0 is infinite, and a critic may be flat somewhere: there, and nowhere else, a
  // tiny number takes its place.
  let floor = try squares.detached().equal(0).to(squares.dtype) * 1e-12
  return try ((squares + floor).sqrt() - 1).square().mean() * strength
}

/// Adds the gradients of a Wasserstein critic's loss with gradient penalty to the leaves that the
/// critic depends on, as `backward` does.
///
/// loss = mean D(fake) − mean D(real) + λ · mean (‖∇D(x̂)‖₂ − 1)² with x̂ = ε real + (1 − ε) fake.
/// Algorithm 1 of Gulrajani et al. (2017); see `gradientPenalty`. Neither real nor fake samples get
/// gradients.
/// - Parameters:
///   - real: [batch, channels, length].
///   - fake: Of the same shape.
///   - epsilon: [batch], uniform on [0, 1).
///   - penalty: λ.
///   - conditions: How many of the last channels are conditions, the same in `real` and `fake`:
///     slopes by these do not count in the norm.
///   - critic: Anything whose output begins with the batch; see `criticScores`.
/// - Returns: The loss before the step.
/// - Throws: `TorchError` where shapes disagree, and what the critic throws.
public func gradientPenaltyStep(
  real: Tensor, fake: Tensor, epsilon: Tensor, penalty: Double = 10, conditions: Int = 0,
  critic: (Tensor) throws -> Tensor
) throws -> CriticLosses {
  let (real, fake) = (try real.detached(), try fake.detached())
  let punished = try gradientPenalty(
    real: real, fake: fake, weights: epsilon.detached(), strength: penalty, conditions: conditions
  ) { try criticScores(critic($0)) }
  let (onReal, onFake) = (
    try criticScores(critic(real)).mean(), try criticScores(critic(fake)).mean()
  )
  try (onFake - onReal + punished).backward()
  return CriticLosses(
    real: try onReal.item(), fake: try onFake.item(), penalty: try punished.item())
}

extension TemporalConvolutionNetwork {
  /// One critic step but for the optimiser's: adds the gradients of the loss to the parameters.
  ///
  /// See the function of the same name for the loss. In `float32` on the processor the gradients come
  /// from their formula, elsewhere from a graph that is differentiated twice.
  /// - Parameters:
  ///   - real: [batch, inputs, length].
  ///   - fake: Of the same shape.
  ///   - epsilon: [batch], uniform on [0, 1).
  ///   - penalty: λ.
  ///   - conditions: How many of the last inputs are conditions, which the norm leaves out.
  /// - Returns: The loss before the step.
  /// - Throws: `TemporalConvolutionError` for samples that are too short or of stray channels.
  public func gradientPenaltyStep(
    real: Tensor, fake: Tensor, epsilon: Tensor, penalty: Double = 10, conditions: Int = 0
  ) throws -> CriticLosses {
    try check(real)
    try check(fake)
    let critic = FusedTemporalCritic(layers, parameters.map(\.tensor))
    guard critic.takes(real) else {
      return try Networks.gradientPenaltyStep(
        real: real, fake: fake, epsilon: epsilon, penalty: penalty, conditions: conditions
      ) { try self($0, .evaluating) }
    }
    let losses = try critic.step(
      real: real, fake: fake, epsilon: epsilon, penalty: penalty, conditions: conditions)
    return CriticLosses(real: losses.real, fake: losses.fake, penalty: losses.penalty)
  }
}
