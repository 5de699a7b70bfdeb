import Market
import Metrics
import Testing

@testable import Harness

@Suite struct GateVerdictTests {
  /// Judges a run whose rows are the baseline's as `change` leaves them.
  private func judge(
    _ policy: GatePolicy = .quick, from: MadeUpBaseline = MadeUpBaseline(),
    _ change: (inout MadeUpBaseline) -> Void
  ) throws -> GateReport {
    var run = from
    change(&run)
    return try Gate(policy).judge(run.made(), against: from.made())
  }

  private func only(_ report: GateReport) throws -> GateComparison {
    #expect(report.comparisons.count == 1)
    return try #require(report.comparisons.first)
  }

  @Test func anUnchangedRunIsIdentical() throws {
    let report = try judge { _ in }
    let it = try only(report)
    #expect(it.verdict == .pass && it.isIdentical && it.effect == 0)
    #expect(it.baseline == it.run && it.baseline != nil)
    #expect(report.status == 0)
    #expect(report.headline == "gate: pass (1 pass; 1 with identical predictions)")
  }

  @Test func changedSeedsPass() throws {
    let report = try judge(policy(0.01)) { $0.rows[0].training = 2 }
    let it = try only(report)
    #expect(it.verdict == .pass && !it.isIdentical, "\(it)")
    let interval = try #require(it.interval)
    #expect(interval.contains(0))
    #expect(it.adjustedPValue == it.pValue)
    #expect(report.status == 0)
  }

  private func policy(_ tolerance: Double) -> GatePolicy {
    var policy = GatePolicy.quick
    policy.metrics = [GatedMetric("rank_ic", tolerance: .absolute(tolerance))]
    return policy
  }

  @Test func worseIsARegressionAndBetterAnImprovement() throws {
    let worse = try judge(policy(0.01)) { ($0.rows[0].training, $0.rows[0].level) = (2, 0.03) }
    let it = try only(worse)
    #expect(it.verdict == .regression && worse.status == 2, "\(it)")
    #expect(abs(try #require(it.effect) + 0.02) < 0.005)
    #expect(it.message.contains("worse than the tolerance of 0.01"))
    let better = try judge(policy(0.01)) { ($0.rows[0].training, $0.rows[0].level) = (2, 0.07) }
    #expect(try only(better).verdict == .improvement && better.status == 0)
  }

  /// Worse by less than the tolerance is no regression, however certain.
  @Test func theToleranceIsWhatIsTestedAgainst() throws {
    let report = try judge(policy(0.02)) { ($0.rows[0].training, $0.rows[0].level) = (2, 0.04) }
    let it = try only(report)
    #expect(it.verdict == .pass)
    #expect(try #require(it.interval).high < 0)
  }

  @Test func toleranceInStandardErrorsIsThatOfTheBaseline() throws {
    var policy = GatePolicy.quick
    policy.metrics = [GatedMetric("rank_ic", tolerance: .standardErrors(2))]
    let report = try judge(policy) { $0.rows[0].training = 2 }
    let error = try #require(try MadeUpBaseline().made().rows[0].scores["rank_ic"]?.standardError)
    #expect(try only(report).tolerance == 2 * error)
  }

  @Test func tooLittleDataIsInconclusiveAndThePolicyDecides() throws {
    var strict = policy(0.0001)
    let lenient = try judge(strict) { $0.rows[0].training = 2 }
    #expect(try only(lenient).verdict == .inconclusive && lenient.status == 0)
    #expect(try only(lenient).message.contains("may go unseen"))
    strict.inconclusive = .fail
    #expect(try judge(strict) { $0.rows[0].training = 2 }.status == 3)
  }

  @Test func oneSeedCannotTellAChangeFromTraining() throws {
    var from = MadeUpBaseline()
    from.rows[0].seeds = [0]
    let report = try judge(policy(0.01), from: from) { $0.rows[0].training = 2 }
    #expect(try only(report).verdict == .inconclusive)
    #expect(try only(report).message.contains("one seed on each side"))
    // Also where the baseline's family did not yet depend on chance.
    from.rows[0].isSeeded = false
    let seeded = try judge(policy(0.01), from: from) {
      ($0.rows[0].training, $0.rows[0].isSeeded) = (2, true)
    }
    #expect(try only(seeded).verdict == .inconclusive)
    // Where chance has no part, one is all there is, and dates give the error.
    from.rows[0].isSeeded = false
    let certain = try judge(policy(0.01), from: from) { $0.rows[0].training = 2 }
    #expect(try only(certain).verdict == .pass)
  }

  /// Holm: only what changed is counted, and the smallest p value is multiplied by how many did.
  @Test func pValuesAreAdjustedOverWhatChanged() throws {
    var from = MadeUpBaseline()
    from.rows = ["a", "b", "c", "same"].map { name in
      var row = MadeUpBaseline.Row()
      row.name = name
      return row
    }
    let report = try judge(policy(0.005), from: from) { run in
      for index in 0..<3 { run.rows[index].training = 2 }
      run.rows[1].level = 0.03
    }
    let open = report.comparisons.filter { !$0.isIdentical }
    #expect(open.count == 3)
    #expect(open.map(\.adjustedPValue) == Holm.adjusted(open.map(\.pValue)))
    let worst = try #require(report.comparisons.first)
    #expect(worst.name == "b" && worst.verdict == .regression)
    #expect(worst.adjustedPValue == worst.pValue.map { 3 * $0 })
    #expect(report.comparisons.last?.isIdentical == true)
    #expect(report.comparisons.last?.adjustedPValue == nil)
  }

  @Test func aMissingRowAndAFailedCellAreMissing() throws {
    var from = MadeUpBaseline()
    var other = MadeUpBaseline.Row()
    other.name = "gnn"
    from.rows.append(other)
    let gone = try judge(from: from) { $0.rows.removeLast() }
    #expect(gone.status == 3 && gone.comparisons.first?.name == "gnn")
    #expect(gone.comparisons.first?.verdict == .missing)
    #expect(gone.comparisons.first?.message.contains("the run does not") == true)
    let failed = try judge(from: from) {
      $0.rows[0].failure = .init(fold: 1, seed: 2, stage: "fit", reason: "the loss is NaN")
    }
    #expect(failed.status == 3 && failed.comparisons.first?.verdict == .missing)
    #expect(
      failed.comparisons.first?.message.hasPrefix("fold 1, seed 2, at fit: the loss is NaN.")
        == true)
    // Its seed is there, if only as a failure.
    #expect(failed.comparisons.first?.notes == [])
  }

  /// A regression weighs more than what could not be judged.
  @Test func aRegressionDecidesTheStatus() throws {
    var from = MadeUpBaseline()
    from.rows.append(MadeUpBaseline.Row(name: "gnn"))
    let report = try judge(from: from) {
      $0.rows[0].failure = .init(fold: 0, seed: 0, stage: "fit", reason: "crash")
      ($0.rows[1].training, $0.rows[1].level) = (2, 0.0)
    }
    #expect(report.status == 2)
    #expect(report.comparisons.map(\.verdict) == [.regression, .missing])
  }

  @Test func newRowsAreToldAndNotJudged() throws {
    let report = try judge { $0.rows.append(MadeUpBaseline.Row(name: "gnn")) }
    #expect(report.newRows == ["real/gnn"] && report.status == 0)
    #expect(report.terminalText().contains("not in the baseline, so not judged: real/gnn"))
  }

  @Test func changedDataLabelOrSplitIsIncomparableAndSaysWhy() throws {
    let cases: [((inout MadeUpBaseline) -> Void, String)] = [
      ({ $0.data = "bbbbbbbbbbbb" }, "data (content aaaaaaaa → bbbbbbbb)"),
      ({ $0.label = (try? LabelSpec(entryLag: 1, horizon: 5)) ?? $0.label }, "label.horizon 1 → 5"),
      ({ $0.folds = 5 }, "split.folds 3 → 5"),
    ]
    for (change, reason) in cases {
      let report = try judge { change(&$0) }
      let it = try only(report)
      #expect(it.verdict == .incomparable && report.status == 3)
      #expect(it.message.contains(reason), "\(it.message)")
      #expect(it.message.contains("qbench baseline write"))
    }
  }

  /// Hyperparameters and features are what is judged, so they are told and compared.
  @Test func whatIsJudgedIsNoObstacle() throws {
    let report = try judge {
      $0.rows[0].training = 2
      $0.rows[0].hyperparameters = .object(["epochs": .integer(5)])
      $0.features.clip = 5
    }
    #expect(report.status == 0)
    #expect(report.notes.contains("features.clip 3 → 5"))
    #expect(try only(report).notes == ["epochs nothing → 5"])
  }

  @Test func aFamilysOwnFeaturesAreTold() throws {
    let report = try judge {
      $0.rows[0].training = 2
      $0.rows[0].features = FeatureChoice()
    }
    #expect(report.status == 0)
    #expect(try only(report).notes == ["features the run's → alpha20"])
  }

  @Test func seedsOfOneSideAreLeftOutAndTold() throws {
    let report = try judge {
      $0.rows[0].training = 2
      $0.rows[0].seeds = [1, 2, 3, 4, 5]
    }
    let it = try only(report)
    #expect(it.seeds == [1, 2, 3])
    #expect(
      it.notes == [
        "seeds 0 of the baseline are not in the run",
        "seeds 4, 5 of the run are not in the baseline",
      ])
    // What is shown is what was compared.
    #expect(it.effect.map { abs(($0 - ((it.run ?? 0) - (it.baseline ?? 0)))) < 1e-12 } == true)
    #expect(report.terminalText().contains("[seeds 0 of the baseline are not in the run]"))
    // Also where predictions are the same and the verdict is a pass.
    let same = try judge { $0.rows[0].seeds = [1, 2] }
    #expect(try only(same).isIdentical && only(same).baseline == only(same).run)
    #expect(try only(same).baseline != MadeUpBaseline().made().rows[0].scores["rank_ic"]?.mean)
    #expect(same.terminalText().contains("[seeds 0, 3 of the baseline are not in the run]"))
    #expect(same.markdown().contains("seeds 0, 3 of the baseline are not in the run"))
    let none = try judge { $0.rows[0].seeds = [7, 8] }
    #expect(try only(none).verdict == .missing)
  }

  @Test func undefinedOnBothSidesPassesAndOnOneDoesNot() throws {
    var from = MadeUpBaseline()
    from.rows[0].isUndefined = true
    let both = try judge(from: from) { $0.rows[0].training = 2 }
    #expect(try only(both).verdict == .pass && both.status == 0)
    let lost = try judge { ($0.rows[0].isUndefined, $0.rows[0].training) = (true, 2) }
    #expect(try only(lost).verdict == .missing && lost.status == 3)
    #expect(try only(lost).message.contains("the same for all assets"))
    let gained = try judge(from: from) {
      ($0.rows[0].isUndefined, $0.rows[0].training) = (false, 2)
    }
    #expect(try only(gained).verdict == .incomparable)
  }

  /// An error that falls is better.
  @Test func theDirectionIsTheMetrics() throws {
    var from = MadeUpBaseline()
    from.metrics = ["mae"]
    from.rows[0].metric = "mae"
    from.rows[0].level = 8
    var policy = GatePolicy.quick
    policy.metrics = [GatedMetric("mae", tolerance: .absolute(0.005))]
    func verdict(_ level: Double) throws -> GateVerdict {
      try only(
        judge(policy, from: from) { ($0.rows[0].training, $0.rows[0].level) = (2, level) }
      ).verdict
    }
    #expect(try verdict(8.2) == .regression)
    #expect(try verdict(7.8) == .improvement)
  }

  @Test func portfolioSettingsStandInTheWayOfPortfolioMetricsAlone() throws {
    var from = MadeUpBaseline()
    from.metrics = ["rank_ic", "ls_return_net"]
    var policy = GatePolicy.quick
    policy.metrics = ["rank_ic", "ls_return_net"].map { GatedMetric($0) }
    let report = try judge(policy, from: from) {
      $0.portfolio = (try? PortfolioSpec(quantile: 0.2, costBasisPoints: 10)) ?? $0.portfolio
    }
    let verdicts = Dictionary(
      uniqueKeysWithValues: report.comparisons.map { ($0.metric, $0.verdict) })
    #expect(verdicts == ["rank_ic": .pass, "ls_return_net": .incomparable])
  }

  @Test func aBudgetIsKeptOnTheSameMachineOnly() throws {
    let slow = try judge { ($0.rows[0].seconds, $0.rows[0].megabytes) = (60, 700) }
    #expect(slow.status == 2)
    #expect(slow.budgets.map(\.verdict) == [.regression, .regression])
    #expect(slow.budgets[0].message == "60 seconds, 6 times the baseline's 10; allowed: 3 times")
    let elsewhere = try judge { ($0.rows[0].seconds, $0.processor) = (60, "two") }
    #expect(elsewhere.status == 0 && elsewhere.budgets.isEmpty)
    var policy = GatePolicy.quick
    policy.budget.acrossMachines = true
    #expect(try judge(policy) { ($0.rows[0].seconds, $0.processor) = (60, "two") }.status == 2)
    policy.budget.seconds = 0
    #expect(try judge(policy) { $0.rows[0].seconds = 60 }.status == 0)
  }

  @Test func thePolicyChoosesFamiliesAndSources() throws {
    var from = MadeUpBaseline()
    from.rows += [
      MadeUpBaseline.Row(name: "gnn"),
      MadeUpBaseline.Row(name: "dnn", source: "synthetic:quantgan"),
    ]
    var policy = GatePolicy.quick
    policy.families = ["dnn"]
    policy.sources = ["synthetic:quantgan"]
    let report = try judge(policy, from: from) { _ in }
    #expect(report.comparisons.map(\.title) == ["synthetic:quantgan/dnn rank_ic"])
    policy.families = ["dnnn"]
    #expect(throws: GateError.unknownRow("families", "dnnn", known: ["dnn", "gnn"])) {
      try judge(policy, from: from) { _ in }
    }
    // A gate that judges nothing would always be green.
    (policy.families, policy.sources) = (["gnn"], ["synthetic:quantgan"])
    let nothing = GateError.nothingGated("real/dnn, real/gnn, synthetic:quantgan/dnn")
    #expect(throws: nothing) { try judge(policy, from: from) { _ in } }
    (policy.families, policy.sources) = (["lasso"], [])
    #expect(throws: nothing) {
      try judge(policy, from: from) { $0.rows.append(MadeUpBaseline.Row(name: "lasso")) }
    }
    policy = .quick
    policy.metrics = [GatedMetric("ic")]
    #expect(throws: GateError.metricNotKept("ic", kept: ["rank_ic"])) {
      try judge(policy, from: from) { _ in }
    }
  }
}
