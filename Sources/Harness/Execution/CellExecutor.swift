/// Something that can carry out cells: this process, or workers of it.
public protocol CellExecutor {
  /// Carries out the cells, in any order, storing each in the run's directory as it finishes.
  ///
  /// `finished` is called once a cell, from one thread at a time.
  /// - Returns: Whether all were carried out; `false` where the user interrupted.
  /// - Throws: What keeps the whole run from going on, such as a full disk; never a cell's failure.
  func run(_ cells: [Cell], finished: @Sendable (CellRecord) -> Void) throws -> Bool
}

/// Carries cells out one after the other in this process: for tests and for use as a library.
public struct InProcessExecutor: CellExecutor {
  let workbench: Workbench
  let directory: RunDirectory

  public init(_ workbench: Workbench, directory: RunDirectory) {
    self.workbench = workbench
    self.directory = directory
  }

  public func run(_ cells: [Cell], finished: @Sendable (CellRecord) -> Void) throws -> Bool {
    let runner = try CellRunner(workbench)
    for cell in cells {
      if Interruption.isRequested { return false }
      finished(try runner.carryOut(cell, in: directory))
    }
    return true
  }
}
