import Foundation
import Market
import Metrics

/// What is gated and how strictly: a JSON5 file, or any part of one.
public struct GatePolicy: Codable, Sendable, Equatable {
  public var schema = 1
  public var metrics = [GatedMetric("rank_ic")]
  /// How likely a false regression may be, over everything that is gated.
  public var alpha = 0.05
  /// How often the minimal detectable effect is to be found.
  public var power = 0.8
  /// Names of the rows that are gated; empty for all.
  public var families: [String] = []
  /// Training sources that are gated; empty for all.
  public var sources: [String] = []
  public var inconclusive = Inconclusive.pass
  public var bootstrap = GateBootstrap()
  public var budget = BudgetPolicy()

  public init() {}

  /// What to make of too little data to see the tolerance.
  public enum Inconclusive: String, SpecChoice {
    /// Say so and go on.
    case pass
    /// Fail, with the exit status of what could not be judged.
    case fail
  }

  /// The policy of a file, laid over the defaults; the defaults themselves without one.
  ///
  /// - Throws: `SpecError` naming the file, the key and what would be accepted.
  public static func read(_ path: String?) throws -> GatePolicy {
    guard let path else { return GatePolicy() }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw SpecError.unreadable(file: path, reason: "cannot be read; give a JSON5 policy file")
    }
    let merged = try StrictJSON.overlaying(
      data, on: StrictJSON.encode(GatePolicy()), named: path)
    let policy = try StrictJSON.decode(GatePolicy.self, from: merged, named: path)
    do {
      try policy.validate()
    } catch .invalid(let key, let value, let accepted) {
      throw SpecError.invalid(key: "\(path): \(key)", value: value, accepted: accepted)
    }
    return policy
  }

  public func validate() throws(SpecError) {
    func check(_ holds: Bool, _ key: String, _ value: Any, _ accepted: String) throws(SpecError) {
      if !holds { throw .invalid(key: key, value: "\(value)", accepted: accepted) }
    }
    try check(schema == 1, "schema", schema, "1")
    try check(!metrics.isEmpty, "metrics", "empty", "at least one metric")
    try check(
      Set(metrics.map(\.id)).count == metrics.count, "metrics", "a metric twice", "each once")
    for metric in metrics {
      _ = try metricRegistry.require(metric.id)
      try check(
        metric.tolerance.isValid, "metrics.\(metric.id).tolerance", metric.tolerance,
        Tolerance.accepted)
    }
    try check(alpha > 0 && alpha < 0.5, "alpha", alpha, "more than 0, less than 0.5")
    try check(power > 0.5 && power < 1, "power", power, "more than 0.5, less than 1")
    try check(
      (100...100_000).contains(bootstrap.resamples), "bootstrap.resamples", bootstrap.resamples,
      "100 to 100000")
    try check(
      (0...100_000).contains(bootstrap.blockLength), "bootstrap.blockLength",
      bootstrap.blockLength, "0 (automatic) or a number of dates")
    for (key, ratio) in [("seconds", budget.seconds), ("megabytes", budget.megabytes)] {
      try check(
        ratio == 0 || ratio >= 1 && ratio.isFinite, "budget.\(key)", ratio,
        "0 (not judged) or a ratio from 1")
    }
  }

  /// Whether a row is judged at all.
  func covers(_ row: BaselineRow) -> Bool {
    (families.isEmpty || families.contains(row.name))
      && (sources.isEmpty || sources.contains(row.trainingSource))
  }
}

/// A metric that is gated, and how much worse it may become.
public struct GatedMetric: Codable, Sendable, Equatable {
  public var id: String
  public var tolerance: Tolerance

  public init(_ id: String, tolerance: Tolerance = .standardErrors(0.5)) {
    (self.id, self.tolerance) = (id, tolerance)
  }

  enum CodingKeys: CodingKey { case id, tolerance }

  /// A bare name, or an object with `id` and `tolerance`.
  public init(from decoder: any Decoder) throws {
    if let id = try? decoder.singleValueContainer().decode(String.self) {
      self.init(id)
      return
    }
    guard let values = try? decoder.container(keyedBy: CodingKeys.self), values.contains(.id) else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "no metric; accepted: its id, or { id: …, tolerance: … }"))
    }
    self.init(
      try values.decode(String.self, forKey: .id),
      tolerance: try values.decodeIfPresent(Tolerance.self, forKey: .tolerance)
        ?? .standardErrors(0.5))
  }
}

/// How much worse is still no regression.
public enum Tolerance: Sendable, Equatable {
  /// In the metric's own unit.
  case absolute(Double)
  /// In standard errors of the baseline's own score.
  case standardErrors(Double)

  var isValid: Bool {
    switch self {
    case .absolute(let value), .standardErrors(let value): value >= 0 && value.isFinite
    }
  }

  static let accepted = "a number from 0, or { standardErrors: number from 0 }"

  /// In the metric's unit; `nil` where the baseline's standard error is unknown.
  func amount(standardError: Double?) -> Double? {
    switch self {
    case .absolute(let value): value
    case .standardErrors(let count): standardError.map { $0 * count }
    }
  }
}

extension Tolerance: CustomStringConvertible {
  public var description: String {
    switch self {
    case .absolute(let value): "\(value)"
    case .standardErrors(let value): "{ standardErrors: \(value) }"
    }
  }
}

extension Tolerance: Codable {
  enum CodingKeys: CodingKey { case absolute, standardErrors }

  /// A bare number is absolute.
  public init(from decoder: any Decoder) throws {
    if let value = try? decoder.singleValueContainer().decode(Double.self) {
      self = .absolute(value)
      return
    }
    let values = try? decoder.container(keyedBy: CodingKeys.self)
    if let value = try values?.decodeIfPresent(Double.self, forKey: .absolute) {
      self = .absolute(value)
    } else if let value = try values?.decodeIfPresent(Double.self, forKey: .standardErrors) {
      self = .standardErrors(value)
    } else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "no tolerance; accepted: \(Self.accepted)"))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .absolute(let value): try values.encode(value, forKey: .absolute)
    case .standardErrors(let value): try values.encode(value, forKey: .standardErrors)
    }
  }
}

/// How much slower and larger a row may become, as generous ratios; 0 is not judged.
public struct BudgetPolicy: Codable, Sendable, Equatable {
  /// Wall seconds of fitting and predicting, run over baseline.
  public var seconds = 3.0
  /// Most memory of a worker, run over baseline.
  public var megabytes = 2.0
  /// Whether to judge where run and baseline come from different machines.
  public var acrossMachines = false

  public init() {}
}
