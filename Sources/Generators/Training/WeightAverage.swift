import Networks

/// A running average of a network's weights, which steps that overshoot to one side and the other leave in the middle.
///
/// Yazıcı et al. (2019), *The unusual effectiveness of averaging in GAN training*: exponential, with the first
/// steps counting less.
struct WeightAverage {
  /// How much it keeps of itself a step; 0 for none.
  private let kept: Double
  /// `nil` where there is none.
  var state: StateDictionary?

  init(kept: Double, _ first: StateDictionary) {
    self.kept = kept
    state = kept > 0 ? first : nil
  }

  /// One moment more, after so many steps.
  mutating func take(_ network: some Parameterized, step: Int) throws {
    guard var next = state else { return }
    // The weights at the start are soon forgotten, however long the average is.
    let kept = Float(min(kept, Double(step) / Double(step + 10)))
    for (name, entry) in try network.state().entries {
      guard let before = next.entries[name]?.values else { continue }
      next.entries[name]?.values = zip(before, entry.values).map { $1 + kept * ($0 - $1) }
    }
    state = next
  }

  /// What is found while the network has the average's weights; it has its own again after.
  func standingIn<Found>(
    for network: some Parameterized, _ look: () throws -> Found
  ) throws -> Found {
    guard let state else { return try look() }
    let own = try network.state()
    try network.load(state)
    let found = try look()
    try network.load(own)
    return found
  }
}
