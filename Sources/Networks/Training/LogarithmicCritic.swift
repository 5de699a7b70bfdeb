import Torch

/// The parts of a critic's logarithmic loss, each a mean over the batch.
public struct LogarithmicCriticLosses: Sendable, Equatable {
  /// ln(1 + e^−D) of the real samples.
  public var real: Double
  /// ln(1 + e^D) of the generated samples.
  public var fake: Double
  /// γ / 2 · ‖∇D‖₂² at the real samples.
  public var penalty: Double

  /// What the critic minimises.
  public var total: Double { real + fake + penalty }
}

/// Adds the gradients of a critic's logarithmic loss to the leaves that the critic depends on.
///
/// loss = mean ln(1 + e^−D(real)) + mean ln(1 + e^D(fake)) + γ / 2 · mean ‖∇D(real)‖₂². Goodfellow et al.
/// (2014) with the penalty of Mescheder, Geiger and Nowozin (2018), *Which Training Methods for GANs do
/// actually Converge?*, equation 9. Neither real nor fake samples get gradients.
/// - Parameters:
///   - real: [batch, channels, length].
///   - fake: Of the same shape.
///   - penalty: γ.
///   - critic: Anything whose output begins with the batch; see `criticScores`.
/// - Returns: The loss before the step.
/// - Throws: `TorchError` where shapes disagree, and what the critic throws.
public func logarithmicCriticStep(
  real: Tensor, fake: Tensor, penalty: Double, critic: (Tensor) throws -> Tensor
) throws -> LogarithmicCriticLosses {
  let given = try real.detached().requiringGrad()
  let scores = try criticScores(critic(given))
  let slopes = try gradients(of: scores.sum(), by: [given], createGraph: true)[0]
  let punished = try slopes.reshaped(real.shape[0], -1).square().sum(1).mean() * (penalty / 2)
  let onReal = try (-scores).softplus().mean()
  let onFake = try criticScores(critic(fake.detached())).softplus().mean()
  try (onReal + onFake + punished).backward()
  return LogarithmicCriticLosses(
    real: try onReal.item(), fake: try onFake.item(), penalty: try punished.item())
}

extension TemporalConvolutionNetwork {
  /// One critic step but for the optimiser's: adds the gradients of the loss to the parameters.
  ///
  /// See `logarithmicCriticStep` for the loss. In `float32` on the processor the gradients come from their
  /// formula, elsewhere from a graph that is differentiated twice.
  /// - Parameters:
  ///   - real: [batch, inputs, length].
  ///   - fake: Of the same shape.
  ///   - penalty: γ.
  /// - Returns: The loss before the step.
  /// - Throws: `TemporalConvolutionError` for samples that are too short or of stray channels.
  public func logarithmicStep(
    real: Tensor, fake: Tensor, penalty: Double
  ) throws -> LogarithmicCriticLosses {
    try check(real)
    try check(fake)
    let critic = FusedTemporalCritic(layers, parameters.map(\.tensor))
    guard critic.takes(real) else {
      return try logarithmicCriticStep(real: real, fake: fake, penalty: penalty) {
        try self($0, .evaluating)
      }
    }
    let losses = try critic.logarithmicStep(real: real, fake: fake, penalty: penalty / 2)
    return LogarithmicCriticLosses(real: losses.real, fake: losses.fake, penalty: losses.penalty)
  }
}
