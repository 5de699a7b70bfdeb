/// A metric over several replicates, with its uncertainty and what was undefined.
public struct Estimate: Sendable, Equatable {
  /// Mean over the replicates on which the metric is defined; `nil` where it is on none.
  public let mean: Double?
  /// Bootstrap interval of `mean`; `nil` where there is too little to resample.
  public let interval: Interval?
  public let replicates: Int
  /// Replicates on which the metric as a whole is undefined; they count for nothing in `mean`.
  public let undefinedReplicates: Int
  /// Dates on which the metric is undefined, added up over the replicates.
  public let undefinedDates: Int

  public init(
    mean: Double?, interval: Interval?, replicates: Int, undefinedReplicates: Int,
    undefinedDates: Int
  ) {
    self.mean = mean
    self.interval = interval
    self.replicates = replicates
    self.undefinedReplicates = undefinedReplicates
    self.undefinedDates = undefinedDates
  }
}
