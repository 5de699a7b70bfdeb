import Metrics

/// One training source, family and metric: baseline against run.
public struct GateComparison: Codable, Sendable, Equatable {
  public let trainingSource: String
  public let name: String
  public let family: String
  public let metric: String
  public internal(set) var verdict: GateVerdict
  /// Whether the two made the same predictions, bit by bit.
  public internal(set) var isIdentical = false
  public internal(set) var baseline: Double?
  public internal(set) var run: Double?
  /// Run less baseline over the seeds that both have, in the metric's unit.
  public internal(set) var effect: Double?
  /// Confidence 1 − 2α, so that it agrees with the one-sided test before adjustment.
  public internal(set) var interval: Interval?
  public internal(set) var standardError: Double?
  public internal(set) var degreesOfFreedom = 0.0
  /// One-sided, of being worse by more than the tolerance.
  public internal(set) var pValue: Double?
  /// The same by Holm, over every comparison whose predictions differ.
  public internal(set) var adjustedPValue: Double?
  /// How much worse than the tolerance a model must truly be to be found with the policy's power.
  public internal(set) var minimalDetectableEffect: Double?
  /// In the metric's unit.
  public internal(set) var tolerance: Double?
  /// Seeds that were compared.
  public internal(set) var seeds: [Int] = []
  /// What is to be said about the verdict, and what to do.
  public internal(set) var message = ""
  /// What differs between the two without making them incomparable.
  public internal(set) var notes: [String] = []

  init(_ row: BaselineRow, metric: String, verdict: GateVerdict) {
    trainingSource = row.trainingSource
    name = row.name
    family = row.family
    self.metric = metric
    self.verdict = verdict
  }

  /// As a report names it: `real/dnn rank_ic`.
  var title: String { "\(trainingSource)/\(name) \(metric)" }

  enum CodingKeys: String, CodingKey {
    case trainingSource = "training_source", name, family, metric, verdict
    case isIdentical = "identical", baseline, run, effect, interval
    case standardError = "standard_error", degreesOfFreedom = "degrees_of_freedom"
    case pValue = "p_value"
    case adjustedPValue = "adjusted_p_value"
    case minimalDetectableEffect = "minimal_detectable_effect", tolerance, seeds, message, notes
  }
}

/// Seconds or memory of a row: run over baseline.
public struct BudgetComparison: Codable, Sendable, Equatable {
  public let trainingSource: String
  public let name: String
  public let family: String
  /// `seconds` or `megabytes`.
  public let resource: String
  public let verdict: GateVerdict
  public let baseline: Double
  public let run: Double
  /// The largest ratio allowed.
  public let limit: Double

  public var ratio: Double { run / baseline }

  var title: String { "\(trainingSource)/\(name) \(resource)" }

  var message: String {
    "\(GateComparison.number(run)) \(resource), \(GateComparison.number(ratio)) times the baseline's "
      + "\(GateComparison.number(baseline)); allowed: \(Score.plain(limit)) times"
  }

  enum CodingKeys: String, CodingKey {
    case trainingSource = "training_source", name, family, resource, verdict, baseline, run, limit
  }
}
