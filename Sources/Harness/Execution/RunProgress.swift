/// Someone who is told how a run is getting on.
public protocol RunProgress: Sendable {
  func begin(plan: Plan, jobs: [Job])
  /// Called once a synthetic market, from one thread at a time.
  func generated(_ record: SyntheticRecord)
  /// Called once a cell, from one thread at a time.
  func finished(_ record: CellRecord)
  func end()
}

extension RunProgress {
  public func generated(_ record: SyntheticRecord) {}
}

/// Says nothing.
public struct SilentProgress: RunProgress {
  public init() {}
  public func begin(plan: Plan, jobs: [Job]) {}
  public func finished(_ record: CellRecord) {}
  public func end() {}
}
