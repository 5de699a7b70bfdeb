/// Someone who is told how a run is getting on.
public protocol RunProgress: Sendable {
  func begin(plan: Plan, missing: Int)
  /// Called once a cell, from one thread at a time.
  func finished(_ record: CellRecord)
  func end()
}

/// Says nothing.
public struct SilentProgress: RunProgress {
  public init() {}
  public func begin(plan: Plan, missing: Int) {}
  public func finished(_ record: CellRecord) {}
  public func end() {}
}
