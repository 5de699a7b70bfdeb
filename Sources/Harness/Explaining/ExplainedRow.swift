import Foundation
import Metrics
import Models

/// What the models of one training source and family rely on, by one method, over all folds.
public struct ExplainedRow: Codable, Sendable, Equatable {
  /// A mean over folds, and the folds' sample standard deviation; `nil` where undefined.
  public struct OverFolds: Sendable, Equatable {
    public let mean: Double?
    public let spread: Double?

    init(_ values: [Double?]) {
      let moments = Moments(of: values.compactMap { $0 })
      (mean, spread) = (moments.count > 0 ? moments.mean : nil, moments.deviation)
    }
  }

  public struct Feature: Codable, Sendable, Equatable {
    public let name: String
    /// Of the importances of all features: the scale on which methods and families are compared.
    ///
    /// Each fold's shares sum to 1; an importance below 0, which only noise can make, counts as 0.
    public let share: OverFolds
    /// Drop of the mean daily RankIC, for permutation; mean magnitude, in units of the labels, for
    /// contributions.
    public let importance: OverFolds
    /// Permutation: standard error of the mean importance, from the variation over dates.
    public let error: Double?
    /// Permutation: the rise of the mean daily squared error.
    public let squaredErrorRise: OverFolds?
    /// Contributions: their mean, with its sign.
    public let meanContribution: OverFolds?
    /// Contributions: their rank correlation with the feature's value.
    public let direction: OverFolds?

    /// Whether the importance lies at least two standard errors above 0; contributions have no error.
    public var isBeyondNoise: Bool {
      guard let mean = importance.mean else { return false }
      return mean > 2 * (error ?? 0)
    }

    enum CodingKeys: String, CodingKey {
      case name, share, importance, error, squaredErrorRise = "squared_error_rise"
      case meanContribution = "mean_contribution", direction
    }
  }

  /// How the importance was found where it is no `ExplanationMethod`.
  static let permutation = "permutation"

  public let trainingSource: String
  public let family: String
  public let name: String
  /// `permutation`, or the method of the contributions: `coefficients`, `shap`, `lrp`.
  public let method: String
  /// Folds that were explained.
  public let folds: Int
  /// The most important first; equal ones in the order of the columns.
  public let features: [Feature]

  enum CodingKeys: String, CodingKey {
    case trainingSource = "training_source", family, name, method, folds, features
  }

  /// From one list of features a fold; the same features in each.
  init(
    _ row: Plan.Row, _ method: ExplanationMethod, _ folds: [[ContributionSummary.Feature]]
  ) {
    let shares = Self.shares(folds.map { $0.map(\.meanMagnitude) })
    let features = (folds.first ?? []).indices.map { index in
      Feature(
        name: folds[0][index].name, share: OverFolds(shares.map { $0?[index] }),
        importance: OverFolds(folds.map { $0[index].meanMagnitude }), error: nil,
        squaredErrorRise: nil, meanContribution: OverFolds(folds.map { $0[index].mean }),
        direction: OverFolds(folds.map { $0[index].direction }))
    }
    self.init(row, method.rawValue, folds: folds.count, features)
  }

  init(_ row: Plan.Row, _ folds: [[PermutationImportance.Feature]]) {
    let shares = Self.shares(folds.map { $0.map { $0.rankICDrop.mean ?? 0 } })
    let features = (folds.first ?? []).indices.map { index in
      let drops = folds.map { $0[index].rankICDrop }
      let errors = drops.compactMap(\.errorOverDates)
      return Feature(
        name: folds[0][index].name, share: OverFolds(shares.map { $0?[index] }),
        importance: OverFolds(drops.map(\.mean)),
        // Folds are tested on dates of their own.
        error: errors.isEmpty
          ? nil
          : errors.reduce(0) { $0 + $1 * $1 }.squareRoot() / Double(errors.count),
        squaredErrorRise: OverFolds(folds.map { $0[index].squaredErrorRise.mean }),
        meanContribution: nil, direction: nil)
    }
    self.init(row, Self.permutation, folds: folds.count, features)
  }

  private init(_ row: Plan.Row, _ method: String, folds: Int, _ features: [Feature]) {
    (trainingSource, family, name) = (row.source, row.family, row.name)
    (self.method, self.folds) = (method, folds)
    self.features = features.enumerated().sorted { a, b in
      let (x, y) = (
        a.element.importance.mean ?? -.infinity, b.element.importance.mean ?? -.infinity
      )
      return x != y ? x > y : a.offset < b.offset
    }.map(\.element)
  }

  /// Each fold's importances over their sum; `nil` for a fold in which all of them are 0 or less.
  private static func shares(_ folds: [[Double]]) -> [[Double]?] {
    folds.map { values in
      let sum = values.reduce(0) { $0 + max(0, $1) }
      return sum > 0 ? values.map { max(0, $0) / sum } : nil
    }
  }
}

extension ExplainedRow.OverFolds: Codable {
  enum CodingKeys: String, CodingKey { case mean, spread }

  /// Writes `null` for what is undefined, so that the keys are always there.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(mean, forKey: .mean)
    try values.encode(spread, forKey: .spread)
  }
}
