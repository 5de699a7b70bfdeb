import Metrics

/// Two models compared date by date.
public struct ModelPair: Codable, Sendable, Equatable {
  public let first: String
  public let second: String
  /// Mean of the metric of the first less that of the second, over the dates both have.
  public let difference: Double
  /// Diebold and Mariano's, with the correction of Harvey, Leybourne and Newbold.
  public let statistic: Double
  public let pValue: Double
  /// May be read beside those of all other pairs (Holm).
  public let adjustedPValue: Double
  /// Over folds, whose training sets overlap (Nadeau and Bengio); `nil` for other splits than *k*-fold.
  public let foldPValue: Double?

  enum CodingKeys: String, CodingKey {
    case first, second, difference, statistic, pValue = "p_value"
    case adjustedPValue = "adjusted_p_value", foldPValue = "fold_p_value"
  }

  /// Every pair, in the order of the names; without those that have nothing to compare.
  static func all(
    _ names: [String], daily: [[Double]], horizon: Int, foldMeans: [[Double]], testShare: Double?
  ) -> [ModelPair] {
    let tests = PairwiseTests(of: daily, horizon: horizon)
    return names.indices.flatMap { first in
      names.indices.dropFirst(first + 1).compactMap { second in
        guard let pair = tests[first, second] else { return nil }
        let folds = testShare.flatMap { share in
          NadeauBengio(
            differences: zip(foldMeans[first], foldMeans[second]).map { $0 - $1 },
            testShare: share)
        }
        return ModelPair(
          first: names[first], second: names[second], difference: pair.test.meanDifference,
          statistic: pair.test.statistic, pValue: pair.test.pValue,
          adjustedPValue: pair.adjustedPValue, foldPValue: folds?.pValue)
      }
    }
  }
}
