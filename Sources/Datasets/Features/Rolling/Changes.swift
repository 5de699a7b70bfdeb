/// Sums of a window's changes up and of its changes down, both without sign; NaN is no change.
struct Changes: WindowSummary {
  private(set) var count = 0.0
  private(set) var up = 0.0
  private(set) var down = 0.0

  static let missing = Double.nan

  static func isKnown(_ change: Double) -> Bool { change == change }

  mutating func add(_ change: Double, around _: Double) {
    count += 1
    up += max(change, 0)
    down += max(-change, 0)
  }

  static func + (a: Changes, b: Changes) -> Changes {
    var result = a
    result.count += b.count
    result.up += b.up
    result.down += b.down
    return result
  }
}
