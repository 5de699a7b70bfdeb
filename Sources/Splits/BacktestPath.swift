/// One history put together from the test groups of several folds: every date exactly once.
public struct BacktestPath: Sendable, Equatable {
  /// A group of dates, and the fold whose model predicts it on this path.
  public struct Segment: Sendable, Equatable {
    public let fold: Int
    public let group: Int
    public let dates: Range<Int>
  }

  public let index: Int
  /// In date order, one a group.
  public let segments: [Segment]
}
