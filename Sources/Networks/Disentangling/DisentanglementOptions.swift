/// How a disentangling network is trained; formulas are in `DisentanglementLosses`.
public struct DisentanglementOptions: Sendable, Equatable {
  /// Networks trained one after the other, each but the first the student of the best so far.
  public var generations: Int
  /// Of each generation, at most.
  public var epochs: Int
  /// Epochs of a generation without a better one, after which it stops; needs validation rows.
  public var patience: Int
  /// Whole cross-sections in a batch, about.
  public var datesPerBatch: Int
  public var losses: DisentanglementLosses
  public var weights: DistillationWeights
  /// What says which epoch was best: `loss` is the squared error of the excess return plus μ times that
  /// of the windows.
  public var stopping: TrainingOptions.Stopping
  public var learningRate: Double
  /// Of the adversaries, which are trained by Adam.
  public var adversaryRate: Double
  /// Steps of the adversaries before each of the rest: they have to keep up with codes that run away.
  public var adversarySteps: Int
  /// Decoupled, as in AdamW; not of the adversaries.
  public var weightDecay: Double
  /// The largest joint norm of the gradients; `nil` leaves them alone.
  public var gradientClip: Double?

  public init(
    generations: Int, epochs: Int, patience: Int, datesPerBatch: Int,
    losses: DisentanglementLosses, weights: DistillationWeights = DistillationWeights(),
    stopping: TrainingOptions.Stopping, learningRate: Double, adversaryRate: Double,
    adversarySteps: Int = 3,
    weightDecay: Double = 0, gradientClip: Double? = nil
  ) {
    (self.generations, self.epochs, self.patience) = (generations, epochs, patience)
    (self.datesPerBatch, self.losses, self.weights) = (datesPerBatch, losses, weights)
    (self.stopping, self.learningRate) = (stopping, learningRate)
    (self.adversaryRate, self.weightDecay) = (adversaryRate, weightDecay)
    self.adversarySteps = adversarySteps
    self.gradientClip = gradientClip
  }
}

/// How far training has come.
public struct DisentanglementProgress: Sendable, Equatable {
  /// Counted over all generations, from 1.
  public var epoch: Int
  public var epochs: Int
  /// Batches trained on, and those that all epochs have.
  public var step: Int
  public var steps: Int
  /// Of the last batch.
  public var losses: [String: Double]
}
