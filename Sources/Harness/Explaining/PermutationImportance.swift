import Market
import Metrics
import Models

/// What a fitted model loses when a feature is exchanged between the rows of each date.
///
/// Breiman (2001), *Random Forests*; Fisher, Rudin and Dominici (2019), *All Models are Wrong, but
/// Many are Useful*: model reliance, here as a difference. The model is not fitted again.
public struct PermutationImportance: Codable, Sendable, Equatable {
  /// A loss, as a mean over dates of the mean over repeats.
  public struct Loss: Codable, Sendable, Equatable {
    /// `nil` where no date has one, such as the RankIC of constant predictions.
    public let mean: Double?
    /// Standard error of the mean, from its variation over dates; `nil` for fewer than two.
    ///
    /// Holds the noise of the shuffling and that of the dates: what to judge a loss by.
    public let errorOverDates: Double?
    /// Standard error from the variation over repeats alone; `nil` for fewer than two.
    public let errorOverRepeats: Double?
  }

  public struct Feature: Codable, Sendable, Equatable {
    public let name: String
    public let columns: [String]
    /// By how much the mean daily RankIC falls.
    public let rankICDrop: Loss
    /// By how much the mean daily squared error rises, in squared units of the labels.
    public let squaredErrorRise: Loss
  }

  public let repeats: Int
  /// Over the explained dates, with nothing shuffled; `nil` as for a loss.
  public let rankIC: Double?
  public let squaredError: Double?
  public let features: [Feature]

  /// Daily scores of one set of predictions; NaN where undefined.
  struct Daily: Equatable {
    var rankIC: [Double]
    var squaredError: [Double]
  }

  /// Asks the model anew about the same rows, each feature exchanged in turn.
  ///
  /// `samples` are whole dates; there is an exchange a repeat, the same for every feature; `score`
  /// turns predictions of the rows into daily scores.
  /// - Throws: What the predictor throws; `ExplanationError` for predictions that are no numbers.
  /// - Complexity: 1 + features × repeats predictions of the rows.
  init(
    of predictor: any Predictor, on samples: Samples, groups: [FeatureGroup],
    exchanges: [FeatureExchange], score: ([Float]) -> Daily
  ) throws {
    func scored(_ rows: Samples) throws -> Daily {
      let predictions = try predictor.predict(rows)
      let bad = predictions.count { !$0.isFinite }
      guard predictions.count == samples.count, bad == 0 else {
        throw ExplanationError.notFinite("\(bad) of \(samples.count) predictions")
      }
      return score(predictions)
    }
    let base = try scored(samples)
    repeats = exchanges.count
    rankIC = Self.mean(base.rankIC)
    squaredError = Self.mean(base.squaredError)
    features = try groups.map { group in
      let shuffled = try exchanges.map {
        try scored(samples.exchanging(group.columns, by: $0))
      }
      return Feature(
        name: group.name, columns: group.columns.map { samples.columns[$0] },
        rankICDrop: Loss(shuffled.map { zip(base.rankIC, $0.rankIC).map { $0 - $1 } }),
        squaredErrorRise: Loss(
          shuffled.map { zip(base.squaredError, $0.squaredError).map { $1 - $0 } }))
    }
  }

  fileprivate static func mean(_ values: [Double]) -> Double? {
    let moments = Moments(of: values)
    return moments.count > 0 ? moments.mean : nil
  }
}

extension PermutationImportance.Loss {
  /// From one list a repeat of one number a date; a date undefined in any repeat counts in none.
  init(_ daily: [[Double]]) {
    let dates = daily.first?.count ?? 0
    let defined = (0..<dates).filter { date in daily.allSatisfy { !$0[date].isNaN } }
    let byDate = Moments(
      of: defined.map { date in daily.reduce(0) { $0 + $1[date] } / Double(daily.count) })
    let byRepeat = Moments(of: daily.compactMap { Moments(of: $0, at: defined) }.map(\.mean))
    func error(_ moments: Moments) -> Double? {
      defined.isEmpty
        ? nil : moments.deviation.map { $0 / Double(moments.count).squareRoot() }
    }
    self.init(
      mean: byDate.count > 0 ? byDate.mean : nil, errorOverDates: error(byDate),
      errorOverRepeats: error(byRepeat))
  }
}
