import Foundation
import Market

/// What every model of a run relies on, family beside family: the content of `explanations.json`.
///
/// Holds nothing that depends on time, machine or number of workers.
public struct Explanations: Codable, Sendable, Equatable {
  /// An explanation, or part of one, that is missing, and why.
  public struct Failure: Codable, Sendable, Equatable {
    public let trainingSource: String
    public let name: String
    public let fold: Int
    public let part: String
    public let reason: String

    enum CodingKeys: String, CodingKey {
      case trainingSource = "training_source", name, fold, part, reason
    }
  }

  public var schema = 1
  public let title: String
  public let settings: ExplainSpec
  /// One for each row of the leaderboard and each way in which it was explained.
  public let rows: [ExplainedRow]
  public let failures: [Failure]

  /// Averages the explanations of a plan's cells over folds, in the order of the plan.
  public init(_ plan: Plan, of workbench: Workbench, from directory: RunDirectory) throws {
    let experiment = workbench.experiment
    var rows: [ExplainedRow] = []
    var failures: [Failure] = []
    for row in plan.rows {
      let stored = try plan.cells(of: row).compactMap { cell in
        try experiment.explanationKey(of: cell).flatMap { directory.explanation($0) }
      }
      let (found, strangers) = Self.alike(stored)
      failures += strangers.map {
        Failure(
          trainingSource: row.source, name: row.name, fold: $0.fold,
          part: CellExplanation.Failure.Part.all.rawValue,
          reason: "its file tells of other features than those of the other folds")
      }
      let contributions = found.compactMap(\.contributions)
      if let method = contributions.first?.method {
        rows.append(ExplainedRow(row, method, contributions.map(\.features)))
      }
      let permutations = found.compactMap(\.permutation)
      if !permutations.isEmpty {
        rows.append(ExplainedRow(row, permutations.map(\.features)))
      }
      for explanation in found {
        failures += explanation.failures.map {
          Failure(
            trainingSource: row.source, name: row.name, fold: explanation.fold,
            part: $0.part.rawValue, reason: $0.reason)
        }
      }
    }
    title = experiment.title
    settings = experiment.explain
    (self.rows, self.failures) = (rows, failures)
  }

  /// Those that tell of the features that most folds tell of, and the others, whose files were changed.
  private static func alike(
    _ stored: [CellExplanation]
  ) -> (found: [CellExplanation], strangers: [CellExplanation]) {
    let told = stored.compactMap(\.features)
    let folds = Dictionary(grouping: told) { $0 }.mapValues(\.count)
    let common = told.max { (folds[$0] ?? 0) < (folds[$1] ?? 0) }
    func isAlike(_ one: CellExplanation) -> Bool { one.features == nil || one.features == common }
    return (stored.filter(isAlike), stored.filter { !isAlike($0) })
  }

  /// What a finished run has written.
  ///
  /// - Throws: `RunDirectoryError.unreadable` where there is none, or it is damaged.
  public init(readFrom directory: RunDirectory) throws {
    let url = directory.url.appendingPathComponent("explanations.json")
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: url))
    } catch {
      throw RunDirectoryError.unreadable(url.path, "it is no explanation of a run")
    }
  }

  /// Writes `explanations.json` and `.md`, each whole or not at all.
  public func write(to directory: RunDirectory) throws {
    let json = try StrictJSON.encode(self, pretty: true)
    try directory.write(json + Data("\n".utf8), named: "explanations.json")
    try directory.write(Data(markdown().utf8), named: "explanations.md")
  }
}
