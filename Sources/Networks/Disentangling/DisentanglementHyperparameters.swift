import Market

/// What a spec may say of a disentangling network and its training; Greek letters as in
/// `DisentanglementLosses` and `DistillationWeights`.
public struct DisentanglementHyperparameters: Codable, Sendable, Equatable {
  /// Dates in a window, the row's own included.
  public var steps = 20
  /// Width of either code.
  public var hidden = 32
  /// Of each encoder.
  public var layers = 1
  /// Width of the decoder's state.
  public var decoder = 32
  /// Between an encoder's layers and before the heads.
  public var dropout = 0.1
  /// λ.
  public var adversarial = 0.3
  /// μ.
  public var reconstruction = 1.0
  /// ξ.
  public var distillation = 1.0
  /// α.
  public var dayShare = 0.5
  /// β.
  public var leastOfDay = 0.5
  /// β_s.
  public var leastOfRow = 0.5
  /// A teacher and its students; 1 for no distillation.
  public var generations = 2
  /// Of each generation, at most.
  public var epochs = 6
  public var patience = 3
  /// Whole cross-sections in a batch.
  public var datesPerBatch = 4
  public var learningRate = 2e-3
  public var adversaryRate = 1e-2
  /// Steps of the adversaries before each of the rest.
  public var adversarySteps = 3
  /// Decoupled, as in AdamW.
  public var weightDecay = 0.01
  /// The largest joint norm of the gradients; 0 for none.
  public var gradientClip = 1.0
  /// What says which epoch was best on the validation rows.
  public var stopping: TrainingOptions.Stopping

  public init(stopping: TrainingOptions.Stopping) { self.stopping = stopping }

  /// - Throws: `SpecError.invalid` naming `id` and the key.
  public func validate(for id: String) throws(SpecError) {
    func require(
      _ holds: Bool, _ key: String, _ value: Any, _ accepted: String
    ) throws(SpecError) {
      guard holds else {
        throw .invalid(key: "\(id).\(key)", value: "\(value)", accepted: accepted)
      }
    }
    func whole(
      _ value: Int, _ range: ClosedRange<Int>, _ key: String
    ) throws(SpecError) {
      try require(
        range.contains(value), key, value, "\(range.lowerBound) to \(range.upperBound)")
    }
    try whole(steps, 1...1000, "steps")
    try whole(hidden, 1...4096, "hidden")
    try whole(layers, 1...16, "layers")
    try whole(decoder, 1...4096, "decoder")
    try whole(generations, 1...100, "generations")
    try whole(epochs, 1...100_000, "epochs")
    try whole(patience, 1...100_000, "patience")
    try whole(adversarySteps, 1...1000, "adversarySteps")
    try whole(datesPerBatch, 1...100_000, "datesPerBatch")
    try require((0..<1).contains(dropout), "dropout", dropout, "0 to below 1")
    for (key, value) in [
      ("dayShare", dayShare), ("leastOfDay", leastOfDay), ("leastOfRow", leastOfRow),
    ] {
      try require((0...1).contains(value), key, value, "0 to 1")
    }
    for (key, value) in [
      ("adversarial", adversarial), ("reconstruction", reconstruction),
      ("distillation", distillation), ("weightDecay", weightDecay),
      ("gradientClip", gradientClip),
    ] {
      try require(value >= 0 && value.isFinite, key, value, "0 or a number above")
    }
    for (key, value) in [("learningRate", learningRate), ("adversaryRate", adversaryRate)] {
      try require(value > 0 && value.isFinite, key, value, "a number above 0")
    }
  }

  public func shape(columns: Int) -> DisentanglingNetwork.Shape {
    DisentanglingNetwork.Shape(
      steps: steps, columns: columns, hidden: hidden, layers: layers, decoder: decoder,
      dropout: dropout)
  }

  public var options: DisentanglementOptions {
    DisentanglementOptions(
      generations: generations, epochs: epochs, patience: patience, datesPerBatch: datesPerBatch,
      losses: DisentanglementLosses(
        adversarial: adversarial, reconstruction: reconstruction, distillation: distillation),
      weights: distillationWeights, stopping: stopping, learningRate: learningRate,
      adversaryRate: adversaryRate, adversarySteps: adversarySteps, weightDecay: weightDecay,
      gradientClip: gradientClip > 0 ? gradientClip : nil)
  }

  public var distillationWeights: DistillationWeights {
    DistillationWeights(dayShare: dayShare, leastOfDay: leastOfDay, leastOfRow: leastOfRow)
  }
}
