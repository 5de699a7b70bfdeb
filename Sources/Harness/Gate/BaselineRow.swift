import Market
import Metrics

/// One training source and family of a baseline: its cells, its scores, its daily numbers.
public struct BaselineRow: Codable, Sendable, Equatable {
  /// What makes two rows of two runs the same row.
  struct ID: Hashable {
    let source: String
    let name: String
    let family: String
  }

  /// A cell that has predictions.
  public struct Cell: Codable, Sendable, Equatable {
    public let fold: Int
    public let seed: Int
    /// Hash of everything that can change the result.
    public let key: String
    /// Digest of the rows it was tested on: dates, assets, labels and returns.
    public let rows: String
    /// Digest of the predictions themselves.
    public let predictions: String
    /// Wall seconds of fitting and predicting.
    public let seconds: Double
    /// Most memory its worker had used by its end.
    public let megabytes: Int?
  }

  /// A cell that has none, and why.
  public struct Failure: Codable, Sendable, Equatable {
    public let fold: Int
    public let seed: Int
    public let stage: String
    public let reason: String
  }

  /// A metric in plain numbers; `nil` where it is undefined.
  public struct Score: Codable, Sendable, Equatable {
    public let mean: Double?
    /// Of dates and, where there are several, of seeds.
    public let standardError: Double?
    /// Dates on which it is undefined, added up over seeds and paths.
    public let undefinedDates: Int

    enum CodingKeys: String, CodingKey {
      case mean, standardError = "standard_error", undefinedDates = "undefined_dates"
    }
  }

  public let trainingSource: String
  public let name: String
  public let family: String
  public let isYardstick: Bool
  /// Whether another seed would give other predictions.
  public let isSeeded: Bool
  public let revision: Int
  public let hyperparameters: JSONValue
  /// What its models see; `nil` for what the whole run does.
  public let features: FeatureChoice?
  /// The dates tested, as ranges of positions in the panel.
  public let dates: PositionRanges
  /// For each path, the dates taken from each fold.
  public let paths: [FoldSegments]
  public let cells: [Cell]
  public let failures: [Failure]
  public let scores: [String: Score]
  public let daily: [DailySeries]

  var id: ID { ID(source: trainingSource, name: name, family: family) }

  /// Seeds of which every cell has predictions.
  var completeSeeds: [Int] {
    let failed = Set(failures.map(\.seed))
    return Set(cells.map(\.seed)).subtracting(failed).sorted()
  }

  /// The daily numbers of some seeds, as a metric reads them; `nil` where they are not all there.
  ///
  /// - Precondition: a row that was checked.
  func scores(of metric: Metric, seeds: [Int], rules: ScoringRules) -> SeededScores? {
    let calendar = dates.positions
    let series = Dictionary(
      daily.map { (SeriesKey($0.seed, $0.path, $0.column), $0) },
      uniquingKeysWith: { first, _ in first })
    var result: [[DailyScores]] = []
    for seed in seeds {
      var ofPaths: [DailyScores] = []
      for path in paths.indices {
        var values: [DailyColumn: [Double]] = [:]
        for column in metric.columns {
          guard let found = series[SeriesKey(seed, path, column.name)],
            let numbers = found.numbers(dates: calendar.count)
          else { return nil }
          values[column] = numbers
        }
        ofPaths.append(DailyScores(dates: calendar, rules: rules, values: values))
      }
      result.append(ofPaths)
    }
    return SeededScores(seeds: result, folds: paths.map { $0.folds(of: calendar) })
  }

  enum CodingKeys: String, CodingKey {
    case trainingSource = "training_source", name, family, isYardstick = "yardstick"
    case isSeeded = "seeded", revision, hyperparameters, features, dates, paths, cells, failures,
      scores
    case daily
  }
}

private struct SeriesKey: Hashable {
  let seed: Int
  let path: Int
  let column: String

  init(_ seed: Int, _ path: Int, _ column: String) {
    (self.seed, self.path, self.column) = (seed, path, column)
  }
}
