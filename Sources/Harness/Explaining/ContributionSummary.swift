import Market
import Metrics
import Models

/// What each feature added to a model's predictions of some rows, in short; units of the labels.
public struct ContributionSummary: Codable, Sendable, Equatable {
  public struct Feature: Codable, Sendable, Equatable {
    public let name: String
    /// Mean over rows of the absolute contribution.
    public let meanMagnitude: Double
    /// Mean over rows of the contribution with its sign.
    public let mean: Double
    /// Rank correlation, over rows, of the contribution with the feature's value on the row's own
    /// date: 1 where more of it always means a higher prediction.
    ///
    /// `nil` where either never varies, and for a group of columns.
    public let direction: Double?
  }

  public let method: ExplanationMethod
  /// Rows whose predictions were divided.
  public let rows: Int
  /// What is predicted when no feature says anything.
  public let baseValue: Double
  public let columns: [Feature]
  /// Sums over the columns of each group, row by row, before the means are taken; `nil` where every
  /// column is a feature by itself.
  public let groups: [Feature]?

  /// What is compared with other families: groups where there are any.
  var features: [Feature] { groups ?? columns }

  /// - Throws: `ExplanationError` for contributions of other columns or rows, or that are no numbers.
  init(
    _ contributions: FeatureContributions, by method: ExplanationMethod, of samples: Samples,
    groups: [FeatureGroup]
  ) throws(ExplanationError) {
    guard contributions.columns == samples.columns, contributions.rows == samples.count else {
      throw .shape(rows: contributions.rows, of: samples.count)
    }
    let bad = contributions.values.count { !$0.isFinite }
    guard bad == 0, contributions.baseValue.isFinite else {
      throw .notFinite("\(bad) of \(contributions.values.count) contributions")
    }
    let values = samples.matrix()
    let singles = samples.columns.enumerated().map {
      FeatureGroup(name: $1, columns: [$0])
    }
    self.method = method
    rows = samples.count
    baseValue = Double(contributions.baseValue)
    columns = singles.map { Self.feature($0, contributions, values) }
    self.groups = groups == singles ? nil : groups.map { Self.feature($0, contributions, nil) }
  }

  /// One feature over all rows; its direction only where its `values` are given.
  private static func feature(
    _ group: FeatureGroup, _ contributions: FeatureContributions, _ values: [Float]?
  ) -> Feature {
    let (rows, width) = (contributions.rows, contributions.columns.count)
    let added = (0..<rows).map { row in
      group.columns.reduce(0.0) { $0 + Double(contributions.values[row * width + $1]) }
    }
    let direction = values.flatMap { values in
      group.columns.first.flatMap { column in
        spearman(
          added.map { Float($0) }, (0..<rows).map { values[$0 * width + column] })
      }
    }
    let count = Double(max(1, rows))
    return Feature(
      name: group.name, meanMagnitude: added.reduce(0) { $0 + abs($1) } / count,
      mean: added.reduce(0, +) / count, direction: direction)
  }
}

/// An explanation that cannot be used; the predictions it was to explain are not concerned.
enum ExplanationError: Error, CustomStringConvertible, Equatable {
  case shape(rows: Int, of: Int)
  case notFinite(String)
  case otherPredictions(Int, of: Int)

  var description: String {
    switch self {
    case .shape(let rows, let expected):
      "contributions to \(rows) rows where \(expected) were asked about, or of other columns"
    case .notFinite(let what): "\(what) are not finite"
    case .otherPredictions(let different, let rows):
      "the model, fitted again to be explained, predicts \(different) of \(rows) rows otherwise "
        + "than the stored predictions"
    }
  }
}
