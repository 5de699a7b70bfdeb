import Foundation

/// What a run says, in words made from its numbers.
struct LeaderboardSummary {
  /// Of the models trained on real rows, or of whatever there is.
  let ofModels: [String]
  /// Of training on synthetic rows.
  let ofGenerators: [String]
  /// Of cells that failed.
  let ofFailures: [String]

  var sentences: [String] { ofModels + ofGenerators + ofFailures }

  init(_ leaderboard: Leaderboard, _ comparisons: Comparisons) {
    let ranked = leaderboard.rows.filter { !$0.isYardstick && $0.rankIC != nil }
    let real = ranked.filter { $0.trainingSource == "real" }
    // A run without real training rows is summed up by what it has.
    let models = real.isEmpty ? ranked : real
    var sentences: [String] = []
    if let best = models.first, let score = best.metrics["rank_ic"] {
      sentences.append(Self.first(best, score, among: models, of: leaderboard))
    } else {
      sentences.append("No model has a defined RankIC in this run.")
    }
    if let superiority = comparisons.superiority {
      sentences.append(Self.yardstick(superiority, leaderboard, level: comparisons.level))
    }
    let kept = comparisons.confidenceSet.filter(\.isIn).map(\.name)
    if kept.count > 1 || kept.count == 1 && comparisons.confidenceSet.count > 1 {
      sentences.append(
        (kept.count == 1 ? "Only " : "") + kept.map { "'\($0)'" }.joined(separator: ", ")
          + " may be the best"
          + (kept.count == comparisons.confidenceSet.count
            ? ": the model confidence set throws none out."
            : "; the model confidence set throws the others out."))
    }
    if let best = models.first, let share = best.shareOfOracle {
      sentences.append(
        "The market is simulated: '\(best.title)' reaches \(Self.percent(share)) of what a model that "
          + "knew the truth would.")
    }
    if let best = models.max(by: { Self.net($0) < Self.net($1) }), Self.net(best).isFinite {
      let score = best.metrics["ls_return_net"]
      sentences.append(
        "Of the models, the long-short portfolio of '\(best.title)' returns the most after costs, "
          + "\(Score.interval(score?.scaled(by: 100), digits: 1)) % a year"
          + Self.earned(score))
    }
    ofModels = sentences
    ofGenerators = VerdictWords.summary(comparisons.generators)
    let failed = leaderboard.failures.count
    ofFailures =
      failed == 0
      ? []
      : [
        "\(failed) \(failed == 1 ? "cell" : "cells") failed; a seed with a failed fold counts in no score."
      ]
  }

  private static func first(
    _ best: LeaderboardRow, _ score: LeaderboardRow.Score, among models: [LeaderboardRow],
    of leaderboard: Leaderboard
  ) -> String {
    var sentence =
      "Of the models, '\(best.title)' has the highest mean RankIC: \(Score.interval(score, digits: 3))"
    if let low = score.low, low <= 0 { sentence += ", an interval that holds zero" }
    // Overlapping intervals do not prove equality, but rows without overlap are surely told apart.
    let close = models.dropFirst().filter {
      ($0.metrics["rank_ic"]?.high ?? -.infinity) >= (score.low ?? .infinity)
    }
    if models.count > 1 {
      sentence +=
        close.isEmpty
        ? "; every other model's interval lies below its own"
        : "; the \(close.count == 1 ? "interval of" : "intervals of") "
          + close.map { "'\($0.title)'" }.joined(separator: ", ")
          + " \(close.count == 1 ? "overlaps" : "overlap") with its own"
    }
    // The oracle is ahead of all by its nature, and has a sentence of its own.
    let ahead = leaderboard.rows.filter {
      $0.isYardstick && $0.family != Oracle.id
        && ($0.rankIC ?? -.infinity) > (score.mean ?? .infinity)
    }.map { "'\($0.title)' (\(Score.interval($0.metrics["rank_ic"], digits: 3)))" }
    if !ahead.isEmpty {
      sentence +=
        "; ahead of it \(ahead.count == 1 ? "is the yardstick" : "are the yardsticks") "
        + ahead.joined(separator: ", ")
    }
    return sentence + "."
  }

  private static func yardstick(
    _ superiority: Comparisons.Superiority, _ leaderboard: Leaderboard, level: Double
  ) -> String {
    let row = leaderboard.rows.first {
      $0.trainingSource == "real" && $0.isYardstick && $0.name == superiority.yardstick
    }
    let yardstick =
      "the yardstick '\(superiority.yardstick)' (\(Score.interval(row?.metrics["rank_ic"], digits: 3)))"
    let p = superiority.pValue
    let test =
      "Hansen's test of superior predictive ability over "
      + (superiority.models == 1 ? "one model" : "\(superiority.models) models")
      + (p < 0.001 ? ", p < 0.001" : ", p = \(Score.plain(p, digits: 3))")
    return p < level
      ? "'\(superiority.best)' is better than \(yardstick): \(test)."
      : "No model is shown to be better than \(yardstick): \(test)."
  }

  /// How a return after costs ends its sentence: an interval that holds zero is neither gain nor loss.
  private static func earned(_ score: LeaderboardRow.Score?) -> String {
    if let low = score?.low, low > 0 { return "." }
    if let high = score?.high, high < 0 { return ": a loss." }
    return ": not distinguishable from a loss."
  }

  private static func net(_ row: LeaderboardRow) -> Double {
    row.metrics["ls_return_net"]?.mean ?? -.infinity
  }

  private static func percent(_ share: Double) -> String {
    Score.plain(share * 100, digits: 0) + " %"
  }
}
