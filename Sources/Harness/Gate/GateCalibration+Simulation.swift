import Foundation
import Market
import Metrics

/// Made-up daily scores of two runs of one model: what is common to both, to a fold's training, and
/// to a single seed on a single date.
struct SimulatedScores {
  /// Deviation over seeds of a fold's mean score that comes from training alone.
  var training = 0.004
  /// Deviation of what a seed scores on a single date, beside what all seeds do.
  var daily = 0.06
  /// Deviation of what all seeds of both runs score on a date.
  var market = 0.14
  /// Deviation of what a changed model does otherwise on a date, alike for all seeds of the run; its
  /// mean is zero, so that it is no worse.
  var change = 0.0
  /// How much of a date's deviation (of each kind) lives on to the next.
  var persistence = 0.2
  /// Training deviations of successive folds, relative to each other.
  var foldScales = [1.0]
  var dates = 990
  var folds = 3
  var seeds = 2

  /// Whether the model depends on chance at all.
  var isSeeded: Bool { seeds > 1 }

  /// The baseline and a run that differs in its seeds, and by `change`.
  func draw(from stream: inout SeedStream) -> (baseline: SeededScores, run: SeededScores) {
    let common = series(deviation: market, &stream)
    let foldOfDate = (0..<dates).map { $0 * folds / dates }
    let changed = change > 0 ? series(deviation: change, &stream) : nil
    func side(_ changed: [Double]?, _ stream: inout SeedStream) -> SeededScores {
      let replicates = (0..<seeds).map { _ -> [DailyScores] in
        let own = isSeeded ? series(deviation: daily, &stream) : common.map { _ in 0 }
        let trained = (0..<folds).map { fold in
          training * foldScales[fold % foldScales.count] * stream.normal()
        }
        let numbers = common.indices.map { date in
          0.07 + common[date] + own[date] + trained[foldOfDate[date]] + (changed?[date] ?? 0)
        }
        return [
          DailyScores(
            dates: Array(0..<dates), rules: ScoringRules(label: .standard, portfolio: .standard),
            values: [.rankIC: numbers])
        ]
      }
      return SeededScores(seeds: replicates, folds: [foldOfDate])
    }
    return (side(nil, &stream), side(changed, &stream))
  }

  private func series(deviation: Double, _ stream: inout SeedStream) -> [Double] {
    let fresh = (1 - persistence * persistence).squareRoot()
    var state = stream.normal()
    return (0..<dates).map { _ in
      defer { state = persistence * state + fresh * stream.normal() }
      return deviation * state
    }
  }
}

extension GateCalibration {
  /// Tries the gate on simulated scores: from a handful of seeds to many, with training noise from none to
  /// much, and models that were changed without being worse.
  public static func simulated(trials: Int, policy: GatePolicy) throws -> GateCalibration {
    let tolerance =
      policy.metrics.first { $0.id == Metric.rankIC.id }?.tolerance
      ?? .standardErrors(0.5)
    var lines: [Line] = []
    for (name, scores) in scenarios {
      let resamples = try policy.bootstrap.resamples(
        over: Array(0..<scores.dates), reach: LabelSpec.standard.reach)
      var stream = SeedTree(root: 0).stream("simulation", name)
      var collected = CalibrationTrials(policy, .rankIC)
      for _ in 0..<trials {
        let (baseline, run) = scores.draw(from: &stream)
        guard
          let estimate = resamples.estimate(
            .rankIC, of: run, from: baseline, dependsOnChance: scores.isSeeded)
        else { continue }
        let own = resamples.estimate(.rankIC, of: baseline, dependsOnChance: scores.isSeeded)
        collected.add(
          estimate, tolerance: tolerance.amount(standardError: own?.standardError) ?? 0)
      }
      lines.append(collected.line(name, seeds: scores.seeds, folds: scores.folds))
    }
    return GateCalibration(
      metric: Metric.rankIC.id, alpha: policy.alpha, targetPower: policy.power, lines: lines)
  }

  static var scenarios: [(String, SimulatedScores)] {
    var result: [(String, SimulatedScores)] = []
    for (seeds, folds) in [(2, 3), (3, 3), (5, 3), (5, 5), (10, 5)] {
      for (noise, training) in [("no", 0.0), ("usual", 0.004), ("much", 0.02)] {
        var scores = SimulatedScores()
        (scores.seeds, scores.folds, scores.training) = (seeds, folds, training)
        result.append(("\(noise) training noise", scores))
      }
    }
    var uneven = SimulatedScores()
    (uneven.seeds, uneven.folds, uneven.training) = (5, 5, 0.01)
    uneven.foldScales = [0.5, 1, 2]
    result.append(("noise uneven over folds", uneven))
    var persistent = SimulatedScores()
    (persistent.seeds, persistent.persistence) = (5, 0.6)
    result.append(("scores that persist", persistent))
    // A model that was changed and is no worse: dates alone, and dates beside training.
    for (name, seeds, dates, persistence) in [
      ("changed", 5, 990, 0.2), ("changed, no chance", 1, 990, 0.2),
      ("changed, no chance, 300 dates", 1, 300, 0.2),
      ("changed, no chance, scores that persist", 1, 990, 0.6),
    ] {
      var changed = SimulatedScores()
      (changed.seeds, changed.dates, changed.persistence) = (seeds, dates, persistence)
      (changed.change, changed.training) = (0.05, seeds > 1 ? changed.training : 0)
      result.append((name, changed))
    }
    return result
  }
}
