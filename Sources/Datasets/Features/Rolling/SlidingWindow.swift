/// What is known of some observations taken together: sums around a centre close to them, a maximum.
///
/// An instance without an observation is neutral: adding it changes nothing.
protocol WindowSummary {
  associatedtype Observation
  /// An observation that counts for nothing.
  static var missing: Observation { get }
  static func isKnown(_ observation: Observation) -> Bool
  /// That of no observation.
  init()
  /// Takes one known observation more; a sum takes its difference from `centre`.
  mutating func add(_ observation: Observation, around centre: Observation)
  /// That of both together, `a` being the earlier, where both are around one centre.
  static func + (a: Self, b: Self) -> Self
}

/// A summary of the last `length` observations of a stream, or of all while there are fewer.
///
/// The stream is cut into blocks of `length`. The window is then the tail of one block and the head of
/// the next, so that running sums from both sides of the border suffice (van Herk, 1992, and Gil
/// and Werman, 1993, do so for maxima). Observations are only ever added, never taken away again:
/// a spike leaves no trace once it is out of the window, and equal ones deviate by exactly 0.
///
/// The centre is an observation of the window itself. The sum of *n* squares around it is at most *n*
/// times the one around the mean, so subtracting the mean's share loses no more than that factor.
/// - Complexity: two additions an observation, three where it follows a gap, whatever the length.
struct SlidingWindow<Summary: WindowSummary> {
  private(set) var summary = Summary()
  /// What the sums are around; missing while nothing was observed.
  private(set) var centre = Summary.missing

  /// The present block up to `filled`, the previous one from there on.
  private var block: [Summary.Observation]
  /// At offset *o*: the previous block from its *o*-th observation to its end.
  private var tails: [Summary]
  private var head = Summary()
  private var headIsEmpty = true
  private var filled = 0

  /// - Precondition: `length` is at least 1.
  init(length: Int) {
    precondition(length >= 1)
    block = Array(repeating: Summary.missing, count: length)
    tails = Array(repeating: Summary(), count: length + 1)
  }

  @inline(__always)
  mutating func push(_ observation: Summary.Observation) {
    if filled == block.count {
      filled = 0
      head = Summary()
      headIsEmpty = true
    }
    block[filled] = observation
    filled += 1
    if Summary.isKnown(observation) {
      if headIsEmpty { centreTails(on: observation) }
      headIsEmpty = false
      head.add(observation, around: centre)
    } else if filled == 1 {
      // Until the head has an observation, the latest one of the tail serves.
      centreTails(on: block.last(where: Summary.isKnown) ?? Summary.missing)
    }
    summary = tails[filled] + head
  }

  private mutating func centreTails(on observation: Summary.Observation) {
    centre = observation
    var tail = Summary()
    for offset in (filled..<block.count).reversed() {
      if Summary.isKnown(block[offset]) { tail.add(block[offset], around: centre) }
      tails[offset] = tail
    }
  }
}
