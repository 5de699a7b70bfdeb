/// Something that can carry out jobs: this process, or workers of it.
public protocol JobExecutor {
  /// Carries out the jobs, each after what it needs, storing each result in the run's directory.
  ///
  /// `progress` is told of each result, from one thread at a time.
  /// - Returns: Whether all were carried out; `false` where the user interrupted.
  /// - Throws: What keeps the whole run from going on, such as a full disk; never a cell's failure.
  func run(_ jobs: [Job], progress: any RunProgress) throws -> Bool
}

/// Carries jobs out one after the other in this process: for tests and for use as a library.
public struct InProcessExecutor: JobExecutor {
  let workbench: Workbench
  let directory: RunDirectory

  public init(_ workbench: Workbench, directory: RunDirectory) {
    self.workbench = workbench
    self.directory = directory
  }

  public func run(_ jobs: [Job], progress: any RunProgress) throws -> Bool {
    let runner = try CellRunner(workbench, directory: directory)
    let maker = SyntheticMarketMaker(runner)
    // Jobs are in an order in which each comes after what it needs.
    for job in jobs {
      if Interruption.isRequested { return false }
      switch job.work {
      case .generate(let market):
        progress.generated(try maker.carryOut(market, in: directory))
      case .train(let cells):
        try runner.carryOut(cells, in: directory, finished: { progress.finished($0) })
      }
    }
    return true
  }
}
