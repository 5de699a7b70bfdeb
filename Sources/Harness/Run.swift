import Foundation
import Market
import Models

/// A run, from a spec to a leaderboard.
///
/// load → label → split → (fit generator → sample) → fit → predict → record → explain → score. The first
/// three happen once, here; generators are fitted and sampled inside each fold (`SyntheticMarketMaker`);
/// fit, predict and explain happen in each cell (`CellRunner`), where only training rows are fitted;
/// scoring reads stored predictions, so that it can be repeated without training.
public struct Run {
  public let experiment: Experiment
  public let directory: RunDirectory
  /// Where finished cells are looked for first, and kept for other runs.
  public let cache: RunCache?
  /// What may be trained.
  public let families: Registry<ModelEntry>

  /// A run of a *resolved* spec (`Experiment.resolved()`).
  ///
  /// Workers of the qbench binary know its own families alone. A run with others is carried out in this process, or by
  /// a `WorkerPool` of a binary that hands them to `Worker.serve`.
  public init(
    _ experiment: Experiment, in directory: RunDirectory, cache: RunCache? = nil,
    families: Registry<ModelEntry> = modelRegistry
  ) {
    self.families = families
    self.experiment = experiment
    self.directory = directory
    self.cache = cache
  }

  /// Carries out what is missing and scores everything.
  ///
  /// - Parameters:
  ///   - executor: Makes what carries cells out; in this process unless said otherwise.
  ///   - progress: Told how many cells there are and of each as it finishes.
  /// - Returns: What came out, or `nil` where the user interrupted: the cells finished so far are
  ///   kept, and the same call goes on from them.
  /// - Throws: `UserFacingError` for a spec, data or a directory that cannot be used.
  public func execute(
    with executor: ((Workbench, RunDirectory) throws -> any JobExecutor)? = nil,
    progress: any RunProgress = SilentProgress()
  ) throws -> RunResults? {
    let workbench = try Workbench(experiment, families: families)
    let plan = try Plan(workbench)

    let lock = try directory.prepare(for: experiment)
    defer { withExtendedLifetime(lock) {} }
    let cached = try cache?.fill(directory, for: plan, under: experiment) ?? 0
    let jobs = try plan.jobs(missingFrom: directory, under: experiment)
    let carryOut =
      try executor?(workbench, directory)
      ?? InProcessExecutor(workbench, directory: directory)

    let told: any RunProgress =
      cache.map { KeepingProgress($0, directory, experiment, plan, then: progress) } ?? progress
    told.begin(plan: plan, jobs: jobs, cached: cached)
    let isComplete = try carryOut.run(jobs, progress: told)
    told.end()
    guard isComplete else { return nil }

    let results = try RunResults(plan, of: workbench, from: directory)
    try results.write(to: directory)
    return results
  }

  /// Scores what a directory holds again and writes its reports; trains nothing.
  ///
  /// `metrics` are shown from now on beside those that the run's spec shows: its `spec.json` then names them.
  /// `families` are those that the run was carried out with.
  /// - Throws: `UserFacingError` for a metric that is not known, a directory that is no run, is in use, or whose
  ///   data are gone or have changed; nothing in it has then changed.
  public static func rescore(
    _ directory: RunDirectory, addingMetrics metrics: [String] = [],
    families: Registry<ModelEntry> = modelRegistry
  ) throws -> RunResults {
    var experiment = try directory.readSpec()
    let added = metrics.uniqued().filter { !experiment.metrics.contains($0) }
    experiment.metrics += added
    try experiment.validateMetrics()
    let workbench = try Workbench(experiment, families: families)
    let lock = try RunLock(directory)
    defer { withExtendedLifetime(lock) {} }
    let plan = try Plan(workbench)
    guard plan.cells.contains(where: { directory.record(of: $0.key) != nil }) else {
      throw RunDirectoryError.unreadable(
        directory.url.path,
        "none of its cells belongs to this data and version; run the spec again")
    }
    let results = try RunResults(plan, of: workbench, from: directory)
    if !added.isEmpty { try directory.store(experiment) }
    try results.write(to: directory)
    return results
  }
}
