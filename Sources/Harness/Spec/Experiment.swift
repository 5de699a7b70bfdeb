import Foundation
import Market
import Metrics
import Torch

/// The complete description of a run: what a spec file holds once every default is filled in.
///
/// A spec gives any part of it as JSON5; what it leaves out comes from the profile. A key that is
/// not listed here is an error.
public struct Experiment: Codable, Sendable, Equatable {
  /// Version of this format.
  public var schema = 1
  /// Shown as the heading of reports.
  public var title = "qbench leaderboard"
  /// A catalogue name (`qbench list`) or the path of an HDF5 panel.
  public var dataset = "reference"
  /// Settings of a catalogue dataset, such as its size and seed; none for a file.
  public var datasetParameters = JSONValue.object([:])
  public var label = LabelSpec.standard
  public var features = FeatureChoice()
  public var split = SplitSpec()
  public var families: [FamilyChoice] = []
  /// Where training rows come from, and what models are tested on.
  public var sources: [TrainingSource.Kind] = [.real]
  /// What makes synthetic markets for the sources that need them.
  public var generators: [GeneratorChoice] = []
  public var synthetic = SyntheticSpec()
  /// How often a family that depends on chance is trained.
  public var seeds = 2
  /// The root of every random stream in the run.
  public var seed: UInt64 = 20_240_101
  /// Where networks are trained: `cpu`, `cuda` or `cuda:n`.
  public var device = "cpu"
  public var portfolio = PortfolioSpec.standard
  public var intervals = IntervalSpec()
  public var limits = CellLimits()
  public var explain = ExplainSpec()
  /// What tables show of each row, RankIC before all others; `leaderboard.json` and `.csv` have every
  /// metric there is.
  public var metrics = [
    "rank_ic", "rank_icir", "ic", "r2", "hit_rate", "ls_return_net", "ls_sharpe_net",
    "ls_turnover",
  ]

  public init() {}

  /// The experiment without what only scores, explains, limits or names: equal ones train the same
  /// cells.
  var trains: Experiment {
    var core = self
    let plain = Experiment()
    core.title = plain.title
    (core.portfolio, core.intervals, core.limits) = (
      plain.portfolio, plain.intervals, plain.limits
    )
    (core.explain, core.metrics) = (plain.explain, plain.metrics)
    core.synthetic.compare = plain.synthetic.compare
    return core
  }

  var torchDevice: Device { Device(device) ?? .cpu }

  /// - Throws: `SpecError` naming the key, what it is, and what would be accepted.
  public func validate() throws(SpecError) {
    func check(_ holds: Bool, _ key: String, _ value: Any, _ accepted: String) throws(SpecError) {
      if !holds { throw .invalid(key: key, value: "\(value)", accepted: accepted) }
    }
    try check(schema == 1, "schema", schema, "1")
    try check((1...1000).contains(seeds), "seeds", seeds, "1 to 1000")
    try check(!families.isEmpty, "families", "empty", "at least one family")
    try check(seed <= UInt64(Int.max), "seed", seed, "0 to \(Int.max)")
    try check(
      !title.isEmpty && !title.contains(where: \.isNewline), "title", "'\(title)'",
      "one line that is not empty")
    try families.validateNames(under: "families", of: "family")
    try check(
      !families.contains { $0.name == Oracle.id }, "families", "a row named '\(Oracle.id)'",
      "another name; that one is the yardstick's, and is added where the truth is known")
    try generators.validateNames(under: "generators", of: "generator")
    if let given = generators.first(where: { $0.features != nil }) {
      throw .invalid(
        key: "generators", value: "'features' of '\(given.name)'",
        accepted: "id, name and hyperparameters; features belong to families")
    }
    try check(!sources.isEmpty, "sources", "empty", "real, synthetic, augmented or reverse")
    try check(
      Set(sources).count == sources.count, "sources", sources.map(\.rawValue), "each at most once")
    try check(
      !generators.isEmpty || sources == [.real], "generators", "empty",
      "at least one, for the source '\((sources.first { $0 != .real } ?? .real).rawValue)'")
    try synthetic.validate()
    guard let device = Device(device) else {
      throw .invalid(key: "device", value: "'\(device)'", accepted: "cpu, cuda or cuda:n")
    }
    do {
      try TorchRuntime.require(device)
    } catch {
      throw .invalid(
        key: "device", value: "'\(self.device)', which libtorch does not find",
        accepted: "cpu, or a device that 'qbench doctor' lists")
    }
    try features.validate()
    try split.validate()
    try check(
      (50...100_000).contains(intervals.resamples), "intervals.resamples", intervals.resamples,
      "50 to 100000")
    try check(
      (0...100_000).contains(intervals.blockLength), "intervals.blockLength",
      intervals.blockLength, "0 (automatic) or a number of dates")
    try check(
      intervals.level > 0.5 && intervals.level < 1, "intervals.level", intervals.level,
      "a probability between 0.5 and 1")
    try check(
      limits.seconds >= 1 && limits.seconds <= 31_536_000, "limits.seconds", limits.seconds,
      "1 to 31536000 (a year)")
    try check(
      (256...1 << 30).contains(limits.megabytes), "limits.megabytes", limits.megabytes,
      "256 to \(1 << 30)")
    try explain.validate()
    try validateMetrics()
  }
}

/// How intervals are drawn.
public struct IntervalSpec: Codable, Sendable, Equatable {
  public var resamples = 1000
  /// Length of a bootstrap block in dates; 0 for the automatic length.
  public var blockLength = 0
  public var level = 0.95
}

/// What one cell may use before it is stopped and recorded as failed.
public struct CellLimits: Codable, Sendable, Equatable {
  public var seconds = 1800.0
  /// Resident memory of the worker that runs the cell, and of the commands it has started.
  public var megabytes = 8192
}
