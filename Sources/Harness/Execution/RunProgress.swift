/// Someone who is told how a run is getting on.
public protocol RunProgress: Sendable {
  /// `cached` cells were taken from the cache.
  func begin(plan: Plan, jobs: [Job], cached: Int)
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
  public func begin(plan: Plan, jobs: [Job], cached: Int) {}
  public func finished(_ record: CellRecord) {}
  public func end() {}
}
