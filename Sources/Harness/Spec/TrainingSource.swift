import Market

/// Where the rows come from that a model learns, and those it is tested on.
public enum TrainingSource: Sendable, Hashable {
  /// Real training rows, real test rows.
  case real
  /// Sampled training rows, real test rows (train on synthetic, test on real).
  case synthetic(String)
  /// Real and sampled training rows together, real test rows.
  case augmented(String)
  /// Real training rows, sampled test rows (train on real, test on synthetic).
  case reverse(String)

  public enum Kind: String, SpecChoice, CaseIterable {
    case real, synthetic, augmented, reverse
  }

  public init(_ kind: Kind, of generator: String) {
    self =
      switch kind {
      case .real: .real
      case .synthetic: .synthetic(generator)
      case .augmented: .augmented(generator)
      case .reverse: .reverse(generator)
      }
  }

  public var kind: Kind {
    switch self {
    case .real: .real
    case .synthetic: .synthetic
    case .augmented: .augmented
    case .reverse: .reverse
    }
  }

  /// The generator's name in the spec; `nil` for `real`.
  public var generator: String? {
    switch self {
    case .real: nil
    case .synthetic(let name), .augmented(let name), .reverse(let name): name
    }
  }

  /// What a model of this source is fitted to: `reverse` tests the very model of `real`.
  public var learnt: TrainingSource { kind == .reverse ? .real : self }
}

extension TrainingSource: CustomStringConvertible {
  /// As in reports and files, such as `synthetic:cwgan`.
  public var description: String { generator.map { "\(kind.rawValue):\($0)" } ?? kind.rawValue }

  /// Reads what `description` writes.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let kind = parts.first.flatMap({ Kind(rawValue: String($0)) }),
      (parts.count == 2) == (kind != .real)
    else { return nil }
    self.init(kind, of: parts.count == 2 ? String(parts[1]) : "")
  }
}

/// How much is sampled for a fold.
public struct SyntheticSpec: Codable, Sendable, Equatable {
  /// Sampled training markets, each as long as the fold's training dates.
  public var paths = 1
  /// Whether each market is compared with the real one, for the report.
  public var compare = true

  func validate() throws(SpecError) {
    guard (1...50).contains(paths) else {
      throw .invalid(key: "synthetic.paths", value: "\(paths)", accepted: "1 to 50")
    }
  }
}
