import Market
import Torch

/// Trains disentangling networks: own part and adversaries in turn, generation after generation.
///
/// What the one training loop does for a loss is done here for two that oppose each other. Everything
/// random of an epoch is drawn from streams of that epoch alone, so that training goes on after an
/// interruption as if there had been none.
public struct DisentanglementTraining {
  public let shape: DisentanglingNetwork.Shape
  public let options: DisentanglementOptions
  private let seeds: SeedTree
  private let device: Device

  public init(
    _ shape: DisentanglingNetwork.Shape, _ options: DisentanglementOptions, seeds: SeedTree,
    device: Device = .cpu
  ) {
    (self.shape, self.options, self.seeds, self.device) = (shape, options, seeds, device)
  }

  /// Who is told of training, and where it goes on from.
  public struct Hooks {
    /// What `keep` was last given before an interruption.
    public var resuming: DisentanglementState?
    /// Called after every epoch.
    public var keep: ((DisentanglementState) throws -> Void)?
    /// Called after every batch.
    public var progress: ((DisentanglementProgress) -> Void)?

    public init(
      resuming: DisentanglementState? = nil,
      keep: ((DisentanglementState) throws -> Void)? = nil,
      progress: ((DisentanglementProgress) -> Void)? = nil
    ) {
      (self.resuming, self.keep, self.progress) = (resuming, keep, progress)
    }
  }

  /// Gives the network of the best epoch by validation rows; without any, the last of all epochs.
  ///
  /// `label` says what the labels are, so that the market's trend can be had from the rows' closes;
  /// where it is unknown for all of them, excess and reconstruction are learnt alone.
  /// - Throws: `TrainingError`, for a loss or gradient that is not finite among others; `StateError`
  ///   where the state to resume is of another network.
  public func run(
    _ train: LabelledSamples, validating: LabelledSamples?, label: LabelSpec,
    hooks: Hooks = Hooks()
  ) throws -> TrainedDisentanglement {
    guard train.count >= 2 else { throw TrainingError.tooFewRows(rows: train.count, needed: 2) }
    let rows = try DisentanglementRows(
      train, label: label, shape, readsLinear: options.losses.leak > 0, device: device)
    let watched = validating.flatMap { $0.count > 0 ? $0 : nil }
    var state = hooks.resuming ?? DisentanglementState()
    while state.generation < options.generations {
      try runGeneration(&state, rows, watched, hooks)
      state.generation += 1
      state.epoch = 0
      (state.score, state.scoreEpoch) = (.infinity, 0)
      state.teacher = state.best?.network
      (state.network, state.moments) = (StateDictionary(), StateDictionary())
    }
    guard let best = state.best else { throw TrainingError.unrankable(epoch: state.epochsRun) }
    let network = try freshNetwork(generation: 0)
    try network.load(best.network)
    return TrainedDisentanglement(
      network: network, scale: rows.scale, trend: rows.trend,
      notes: notes(state, best, isWatched: watched != nil))
  }

  private func freshNetwork(generation: Int) throws -> DisentanglingNetwork {
    var stream = seeds.stream("weights", "generation \(generation)")
    return try DisentanglingNetwork(shape, using: &stream, device: device)
  }

  private func runGeneration(
    _ state: inout DisentanglementState, _ rows: DisentanglementRows, _ watched: LabelledSamples?,
    _ hooks: Hooks
  ) throws {
    let network = try freshNetwork(generation: state.generation)
    let turns = try DisentanglementTurns(network, options)
    if state.epoch > 0 {
      try network.load(state.network)
      try turns.restore(state.moments, device: device)
    }
    let lesson = try state.teacher.map { teacher in
      let network = try freshNetwork(generation: 0)
      try network.load(teacher)
      return try network.codes(of: rows.read, count: rows.samples.count, device: device)
    }
    // A stop that the last epoch before an interruption called for is called for again.
    while state.epoch < options.epochs,
      watched == nil || state.epoch - state.scoreEpoch < options.patience || state.epoch == 0
    {
      try runEpoch(&state, turns, rows, lesson, hooks)
      state.epoch += 1
      state.epochsRun += 1
      try judge(network, &state, watched, rows.scale)
      state.network = try network.state()
      state.moments = try turns.moments()
      try hooks.keep?(state)
    }
    try turns.clear()
  }

  private func runEpoch(
    _ state: inout DisentanglementState, _ turns: DisentanglementTurns, _ rows: DisentanglementRows,
    _ lesson: Tensor?,
    _ hooks: Hooks
  ) throws {
    let place = seeds.subtree("generation \(state.generation)", "epoch \(state.epoch)")
    var (order, dropout) = (place.stream("batches"), place.stream("dropout"))
    let pass = Pass.training(try Generator(seed: dropout.next(), device: device))
    let batches = Batching.dates(options.datesPerBatch).deal(rows.samples, using: &order)
    let dealt = batches.reduce(0) { $0 + $1.count }
    state.trainLoss = 0
    for (index, positions) in batches.enumerated() {
      let teaching = try lesson.map { try rows.teaching($0, positions, options.weights) }
      let terms = try turns.take(rows.batch(positions), teaching, pass)
      guard let terms else { throw TrainingError.diverged(epoch: state.epochsRun + 1) }
      state.trainLoss +=
        terms["excess", default: 0] * Double(positions.count) / Double(dealt)
      let done = state.generation * options.epochs + state.epoch
      hooks.progress?(
        DisentanglementProgress(
          epoch: done + 1, epochs: options.generations * options.epochs,
          step: done * batches.count + index + 1,
          steps: options.generations * options.epochs * batches.count, losses: terms))
    }
  }

  /// Keeps the network where it is the best so far.
  private func judge(
    _ network: DisentanglingNetwork, _ state: inout DisentanglementState,
    _ watched: LabelledSamples?, _ scale: LabelScale
  ) throws {
    guard let watched else {
      state.best = .init(
        generation: state.generation, epoch: state.epoch, score: -.infinity, rankIC: .nan,
        trainLoss: state.trainLoss, network: try network.state())
      return
    }
    let found = try network.errors(on: watched, scale, device: device)
    guard found.excess.isFinite, found.reconstruction.isFinite else {
      throw TrainingError.diverged(epoch: state.epochsRun)
    }
    let score =
      switch options.stopping {
      case .loss: found.excess + options.losses.reconstruction * found.reconstruction
      // Equal forecasts rank nothing, which is no better and no worse than chance.
      case .rankIC: -(found.rankIC ?? 0)
      }
    guard score < state.score else { return }
    (state.score, state.scoreEpoch) = (score, state.epoch)
    guard score < state.best?.score ?? .infinity else { return }
    state.best = .init(
      generation: state.generation, epoch: state.epoch, score: score,
      rankIC: found.rankIC ?? .nan, trainLoss: state.trainLoss, network: try network.state())
  }

  private func notes(
    _ state: DisentanglementState, _ best: DisentanglementState.Best, isWatched: Bool
  ) -> [String: Double] {
    var notes = [
      "epochs": Double(state.epochsRun), "best_generation": Double(best.generation + 1),
      "best_epoch": Double(best.epoch), "train_loss": best.trainLoss,
    ]
    if isWatched { notes["validation_score"] = best.score }
    if best.rankIC.isFinite { notes["validation_rank_ic"] = best.rankIC }
    return notes
  }
}
