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
  /// How much of a date's deviation (of each kind) lives on to the next.
  var persistence = 0.2
  /// Training deviations of successive folds, relative to each other.
  var foldScales = [1.0]
  var dates = 990
  var folds = 3
  var seeds = 2

  /// The baseline and a run that differs in its seeds alone.
  func draw(from stream: inout SeedStream) -> (baseline: SeededScores, run: SeededScores) {
    let common = series(deviation: market, &stream)
    let foldOfDate = (0..<dates).map { $0 * folds / dates }
    func side(_ stream: inout SeedStream) -> SeededScores {
      let replicates = (0..<seeds).map { _ -> [DailyScores] in
        let own = series(deviation: daily, &stream)
        let trained = (0..<folds).map { fold in
          training * foldScales[fold % foldScales.count] * stream.normal()
        }
        let numbers = common.indices.map { 0.07 + common[$0] + own[$0] + trained[foldOfDate[$0]] }
        return [
          DailyScores(
            dates: Array(0..<dates), rules: ScoringRules(label: .standard, portfolio: .standard),
            values: [.rankIC: numbers])
        ]
      }
      return SeededScores(seeds: replicates, folds: [foldOfDate])
    }
    return (side(&stream), side(&stream))
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
  /// Tries the gate on simulated scores, from a handful of seeds to many and with training noise from
  /// none to much.
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
          let estimate = resamples.seededEstimate(
            .rankIC, of: run, from: baseline, dependsOnChance: true)
        else { continue }
        let own = resamples.seededEstimate(.rankIC, of: baseline, dependsOnChance: true)
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
    return result
  }
}
