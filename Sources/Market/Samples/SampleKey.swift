/// A sample is an asset on a date, both as positions in the panel.
public struct SampleKey: Sendable, Hashable, Comparable {
  public let date: Int32
  public let asset: Int32

  public init(date: Int, asset: Int) { (self.date, self.asset) = (Int32(date), Int32(asset)) }

  /// Date first, then asset: the order in which every sample list is kept.
  public static func < (a: Self, b: Self) -> Bool {
    a.date != b.date ? a.date < b.date : a.asset < b.asset
  }
}
