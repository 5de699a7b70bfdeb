/// What the gate makes of one comparison.
public enum GateVerdict: String, Codable, Sendable, CaseIterable {
  /// Not shown to be worse than the tolerance, and it would have been seen.
  case pass
  /// Worse by more than the tolerance, beyond chance.
  case regression
  /// Better by more than the tolerance, beyond chance.
  case improvement
  /// Not shown to be worse, but there is too little data to see the tolerance.
  case inconclusive
  /// A cell failed, or the row is not there.
  case missing
  /// Data, split or label changed.
  case incomparable

  /// How urgently someone must look, 0 first.
  var urgency: Int {
    switch self {
    case .regression: 0
    case .missing: 1
    case .incomparable: 2
    case .inconclusive: 3
    case .improvement: 4
    case .pass: 5
    }
  }

  var mark: String {
    switch self {
    case .pass: "✓"
    case .improvement: "▲"
    case .regression: "✗"
    case .missing, .incomparable: "!"
    case .inconclusive: "?"
    }
  }
}
