import Foundation
import Market

/// Everything the gate found, for whoever prints it; `--json` prints it whole.
public struct GateReport: Codable, Sendable, Equatable {
  public var schema = 1
  /// The process status: 0 pass, 2 regression, 3 missing, incomparable or inconclusive where that fails.
  public let status: Int32
  public let policy: GatePolicy
  public let baselineTitle: String
  public let runTitle: String
  public let dataset: String
  /// Most urgent first, else in the order of the baseline.
  public let comparisons: [GateComparison]
  public let budgets: [BudgetComparison]
  /// Rows that the baseline does not have; they are not judged.
  public let newRows: [String]
  /// What differs between the two runs without making them incomparable.
  public let notes: [String]

  init(
    policy: GatePolicy, baselineTitle: String, runTitle: String, dataset: String,
    comparisons: [GateComparison], budgets: [BudgetComparison], newRows: [String], notes: [String]
  ) {
    self.policy = policy
    self.baselineTitle = baselineTitle
    self.runTitle = runTitle
    self.dataset = dataset
    self.comparisons = comparisons.enumerated()
      .sorted {
        ($0.element.verdict.urgency, $0.offset) < ($1.element.verdict.urgency, $1.offset)
      }
      .map(\.element)
    self.budgets = budgets
    self.newRows = newRows
    self.notes = notes
    let verdicts = comparisons.map(\.verdict) + budgets.map(\.verdict)
    let isUnjudged = verdicts.contains {
      $0 == .missing || $0 == .incomparable
        || $0 == .inconclusive && policy.inconclusive == .fail
    }
    status = verdicts.contains(.regression) ? 2 : isUnjudged ? 3 : 0
  }

  /// How many comparisons have a verdict.
  public func count(_ verdict: GateVerdict) -> Int {
    comparisons.count { $0.verdict == verdict }
  }

  /// `PASS` or what stands in its way, in one line.
  public var headline: String {
    let outcome =
      status == 0 ? "pass" : status == 2 ? "regression" : "not judged in full"
    let counts = GateVerdict.allCases.sorted { $0.urgency < $1.urgency }
      .filter { count($0) > 0 }
      .map { "\(count($0)) \($0.rawValue)" }
    let over = budgets.count { $0.verdict == .regression }
    let same = comparisons.count(where: \.isIdentical)
    return
      "gate: \(outcome) (\((counts + (over > 0 ? ["\(over) over budget"] : [])).joined(separator: ", "))"
      + (same > 0 ? "; \(same) with identical predictions" : "") + ")"
  }

  /// The report as `--json` prints it.
  public func json() throws -> String {
    String(decoding: try StrictJSON.encode(self, pretty: true), as: UTF8.self)
  }

  /// Whether a verdict makes the gate fail.
  func fails(_ verdict: GateVerdict) -> Bool {
    switch verdict {
    case .regression, .missing, .incomparable: true
    case .inconclusive: policy.inconclusive == .fail
    case .pass, .improvement: false
    }
  }

  enum CodingKeys: String, CodingKey {
    case schema, status, policy, baselineTitle = "baseline_title", runTitle = "run_title", dataset
    case comparisons, budgets, newRows = "new_rows", notes
  }
}
