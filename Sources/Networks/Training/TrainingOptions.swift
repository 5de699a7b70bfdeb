import Market
import Torch

/// How a network is trained; what is trained is another matter.
public struct TrainingOptions: Sendable, Equatable {
  /// What says which epoch was best, as specs name it.
  public enum Stopping: String, SpecChoice {
    /// The lowest validation loss.
    case loss
    /// The highest mean RankIC over the validation dates.
    case rankIC = "rank_ic"
  }

  /// At most.
  public var epochs: Int
  /// Epochs without a better one, after which training stops; needs validation rows.
  public var patience: Int
  public var batching: Batching
  public var loss: Loss
  public var stopping: Stopping
  public var rule: Optimizer.Rule
  public var learningRate: Double
  /// The largest joint norm of the gradients; `nil` leaves them alone.
  public var gradientClip: Double?

  public init(
    epochs: Int, patience: Int, batching: Batching, loss: Loss = .mse,
    stopping: Stopping = .loss, rule: Optimizer.Rule = .adamW(), learningRate: Double = 1e-3,
    gradientClip: Double? = nil
  ) {
    (self.epochs, self.patience, self.batching) = (epochs, patience, batching)
    (self.loss, self.stopping, self.rule) = (loss, stopping, rule)
    (self.learningRate, self.gradientClip) = (learningRate, gradientClip)
  }
}
