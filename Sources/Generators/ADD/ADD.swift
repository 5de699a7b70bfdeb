import Datasets
import Foundation
import Market
import Networks
import Torch

/// Augmented disentanglement distillation: training rows made of one day's excess and another's market.
///
/// Tang, Wu, Liu and Bian (2020), *ADD: Augmented Disentanglement Distillation Framework for Improving
/// Stock Trend Forecasting*, arXiv 2012.06289. For a window X of an asset, with its excess label Y_E and
/// the trend of the market Y_M (down, sideways, up: terciles of the training days):
///
/// - codes f_E = Enc_E(X) and f_M = Enc_M(X), both GRUs
/// - L_pre = MSE(Pre_E(f_E), Y_E) + CE(Pre_M(f_M), Y_M)
/// - L_adv = MSE(Adv_E(f_M), Y_E) + CE(Adv_M(f_E), Y_M)
/// - L_rec = MSE(X, Dec(f_E, f_M))
/// - L_dis = Σ w_ij MSE(h_t, h_s), with h = (f_E, f_M) of teacher and student
/// - min over Enc, Pre, Dec: L_pre − λ L_adv + μ L_rec + ξ L_dis; min over Adv: L_adv; in turn
/// - not in the paper: + κ L_leak, the share of forecasts of the excess label that can be read off f_M (see
///   `ForecastLeak`), without which f_M keeps what the adversaries cannot find in so much noise
/// - w_ij = α wd_j + (1 − α) ws_ij for row i of day j, with
///   wd_j = β + (1 − β)(ic_max − ic_j)/(ic_max − ic_min) and
///   ws_ij = β_s + (1 − β_s)(m_max − m_ij)/(m_max − m_min), m being **minus** the squared error: the
///   student follows the teacher where its own forecasts fail
/// - augmentation: X' = Dec(f_E of day p, f_M of day q), q next to p, with Y_E of day p and Y_M of day q,
///   for all assets that have both rows
///
/// Networks and training are in `Networks/Disentangling`, shared with the model family of this name.
enum ADD: SampleGenerator {
  struct Hyperparameters: Codable, Sendable, Equatable {
    var network = DisentanglementHyperparameters(stopping: .loss)
    /// κ; 0 for the paper's loss.
    var leak = 1.0
    /// Made at most; 0 for one for each training date that has a neighbour.
    var crossSections = 0

    init() {}

    var options: DisentanglementOptions {
      var options = network.options
      options.losses.leak = leak
      return options
    }

    // One flat object: a spec need not know that part of it is shared.
    private enum CodingKeys: CodingKey { case leak, crossSections }

    init(from decoder: any Decoder) throws {
      network = try DisentanglementHyperparameters(from: decoder)
      let values = try decoder.container(keyedBy: CodingKeys.self)
      leak = try values.decode(Double.self, forKey: .leak)
      crossSections = try values.decode(Int.self, forKey: .crossSections)
    }

    func encode(to encoder: any Encoder) throws {
      try network.encode(to: encoder)
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(leak, forKey: .leak)
      try values.encode(crossSections, forKey: .crossSections)
    }
  }

  static let id = "add"
  static let summary = "training rows with one day's excess and a neighbour's market features"
  static let defaults = Hyperparameters()
  static let isSeeded = true
  static let revision = 2

  static func validate(_ given: Hyperparameters) throws(SpecError) {
    try given.network.validate(for: id)
    guard given.leak >= 0, given.leak.isFinite else {
      throw .invalid(key: "\(id).leak", value: "\(given.leak)", accepted: "0 or a number above")
    }
    guard (0...1_000_000).contains(given.crossSections) else {
      throw .invalid(
        key: "\(id).crossSections", value: "\(given.crossSections)",
        accepted: "0 (one for each date) to 1000000")
    }
  }

  static func window(_ given: Hyperparameters) -> Int { given.network.steps }

  static func fit(
    _ train: LabelledSamples, validating: LabelledSamples?, label: LabelSpec,
    _ given: Hyperparameters, in context: GeneratorContext
  ) throws -> any FittedSampleGenerator {
    try TorchRuntime.require(context.device)
    try AdjacentDays(train.samples).requirePairs()
    let training = DisentanglementTraining(
      given.network.shape(columns: train.samples.columns.count), given.options,
      seeds: context.seeds, device: context.device)
    let checkpoint = try context.checkpoint.map {
      TrainingCheckpoint(
        file: $0,
        identity: "\(id) \(revision) \(context.seeds.root) \(given) \(label) "
          + "\(try train.digest()) \(try validating?.digest() ?? "")")
    }
    let hooks = DisentanglementTraining.Hooks(
      resuming: checkpoint?.read(), keep: checkpoint.map { file in { try file.write($0) } },
      progress: { told in
        context.progress(
          TrainingProgress(
            step: told.step, steps: told.steps, losses: told.losses,
            stage: "epoch \(told.epoch)/\(told.epochs)"))
      })
    do {
      let trained = try training.run(train, validating: validating, label: label, hooks: hooks)
      let separation = try CodeSeparation(
        of: trained, fittedTo: train, on: validating.flatMap { $0.count > 0 ? $0 : nil } ?? train,
        label: label, device: context.device)
      return FittedADD(
        trained: trained, train: train, hyperparameters: given, device: context.device,
        notes: trained.notes.merging(separation.notes) { first, _ in first })
    } catch TrainingError.diverged(let epoch) {
      throw GeneratorError.divergedInEpoch(generator: id, epoch: epoch)
    }
  }
}
