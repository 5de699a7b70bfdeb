import Market
import Metrics
import Testing

@testable import Harness

/// A small version of the simulation whose table is in the documentation.
@Suite struct GateCalibrationTests {
  @Test(arguments: [0.0, 0.02])
  func falseAlarmsKeepToAlphaAndTheDetectableIsDetected(_ training: Double) throws {
    var scores = SimulatedScores()
    (scores.dates, scores.seeds, scores.folds, scores.training) = (60, 2, 3, training)
    let policy = GatePolicy.quick
    let resamples = try policy.bootstrap.resamples(over: Array(0..<60), reach: 2)
    var stream = SeedStream(seed: 11)
    var trials = CalibrationTrials(policy, .rankIC)
    for _ in 0..<120 {
      let (baseline, run) = scores.draw(from: &stream)
      trials.add(
        try #require(
          resamples.estimate(.rankIC, of: run, from: baseline, dependsOnChance: true)),
        tolerance: 0.005)
    }
    let line = trials.line("small", seeds: 2, folds: 3)
    // Three standard errors of 120 trials.
    #expect(line.falseAlarms <= 0.05 + 3 * (0.05 * 0.95 / 120).squareRoot(), "\(line)")
    #expect(line.falseAlarmsBeyondTolerance <= line.falseAlarms)
    #expect(line.power >= 0.8 - 3 * (0.8 * 0.2 / 120).squareRoot(), "\(line)")
    #expect(line.minimalDetectableEffect > 0)
  }

  @Test func seedsOfABaselineAreTriedInDisjointGroups() throws {
    var made = MadeUpBaseline()
    made.rows[0].seeds = Array(0..<8)
    made.rows[0].noise = 0.05
    let policy = GatePolicy.quick
    let calibration = try GateCalibration.ofSeeds(
      in: made.made(), seeds: 4, trials: 20, policy: policy)
    let line = try #require(calibration.lines.first)
    #expect(line.name == "real/dnn" && line.trials == 20 && line.seeds == 4 && line.folds == 3)
    #expect(line.falseAlarms < 0.3)
    #expect(calibration.text.contains("real/dnn"))
    #expect(throws: SpecError.self) {
      try GateCalibration.ofSeeds(in: made.made(), seeds: 5, trials: 5, policy: policy)
    }
  }
}
