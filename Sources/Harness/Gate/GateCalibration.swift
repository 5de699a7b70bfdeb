import Foundation
import Market
import Metrics

/// How often the gate is wrong: false alarms where nothing changed, and changes that it finds.
///
/// A trial is a comparison of two groups of seeds of one and the same model, or of a model with one that
/// was changed and is no worse. Whatever it calls worse is a false alarm. Then the run is made worse by the effect that the trials stated on average as
/// detectable, and what is found is counted.
public struct GateCalibration: Codable, Sendable, Equatable {
  public struct Line: Codable, Sendable, Equatable {
    /// The model, or what was simulated.
    public let name: String
    public let seeds: Int
    public let folds: Int
    public let trials: Int
    /// Mean minimal detectable effect that trials stated, in the metric's unit.
    public let minimalDetectableEffect: Double
    /// Share of trials called a regression although nothing changed, tolerance 0.
    public let falseAlarms: Double
    /// The same with the policy's tolerance.
    public let falseAlarmsBeyondTolerance: Double
    /// Share of trials called a regression after the run was made worse by the mean stated effect.
    public let power: Double

    enum CodingKeys: String, CodingKey {
      case name, seeds, folds, trials, minimalDetectableEffect = "minimal_detectable_effect"
      case falseAlarms = "false_alarms"
      case falseAlarmsBeyondTolerance = "false_alarms_beyond_tolerance", power
    }
  }

  public let metric: String
  public let alpha: Double
  public let targetPower: Double
  public internal(set) var lines: [Line]

  enum CodingKeys: String, CodingKey {
    case metric, alpha, targetPower = "target_power", lines
  }

  public func json() throws -> String {
    String(decoding: try StrictJSON.encode(self, pretty: true), as: UTF8.self)
  }

  /// The table, and how to read it.
  public var text: String {
    table.aligned
      + "\n\nalpha \(alpha), target power \(targetPower), metric \(metric); ± is two standard errors of the "
      + "share of \(lines.first?.trials ?? 0) trials"
  }

  var table: TextTable {
    var table = TextTable([
      ("", .left), ("seeds", .right), ("folds", .right), ("MDE", .right),
      ("false alarms %", .right), ("beyond tolerance %", .right), ("power at MDE %", .right),
    ])
    for line in lines {
      func share(_ value: Double) -> String {
        let error = 200 * (value * (1 - value) / Double(max(1, line.trials))).squareRoot()
        return "\(Score.plain(100 * value, digits: 1)) ± \(Score.plain(error, digits: 1))"
      }
      table.rows.append([
        line.name, "\(line.seeds)", "\(line.folds)",
        GateComparison.number(line.minimalDetectableEffect), share(line.falseAlarms),
        share(line.falseAlarmsBeyondTolerance), share(line.power),
      ])
    }
    return table
  }
}

/// Trials of one line, as they are collected.
struct CalibrationTrials {
  let policy: GatePolicy
  let metric: Metric
  private var estimates: [(estimate: SeededEstimate, tolerance: Double)] = []

  init(_ policy: GatePolicy, _ metric: Metric) { (self.policy, self.metric) = (policy, metric) }

  mutating func add(_ estimate: SeededEstimate, tolerance: Double) {
    estimates.append((estimate, tolerance))
  }

  /// Counts how many trials are called a regression, as measured and made worse.
  func line(_ name: String, seeds: Int, folds: Int) -> GateCalibration.Line {
    let worse = metric.direction == .higherIsBetter ? -1.0 : 1.0
    func regressions(shift: Double, _ tolerance: (Double) -> Double) -> Double {
      let found = estimates.count { trial in
        let moved = SeededEstimate(
          point: trial.estimate.point + worse * shift,
          standardError: trial.estimate.standardError,
          degreesOfFreedom: trial.estimate.degreesOfFreedom)
        let p = moved.pValue(
          worseByMoreThan: tolerance(trial.tolerance), better: metric.direction)
        return (p ?? 1) <= policy.alpha
      }
      return Double(found) / Double(max(1, estimates.count))
    }
    let stated = estimates.compactMap {
      $0.estimate.minimalDetectableEffect(power: policy.power, level: policy.alpha)
    }
    let effect = stated.reduce(0, +) / Double(max(1, stated.count))
    return GateCalibration.Line(
      name: name, seeds: seeds, folds: folds, trials: estimates.count,
      minimalDetectableEffect: effect, falseAlarms: regressions(shift: 0) { _ in 0 },
      falseAlarmsBeyondTolerance: regressions(shift: 0) { $0 },
      power: regressions(shift: effect) { _ in 0 })
  }
}
