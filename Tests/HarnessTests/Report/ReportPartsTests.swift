import Foundation
import Market
import Metrics
import Testing

@testable import Harness

@Suite struct ReportPartsTests {
  /// Three labels at 0, 1 and 1.5 that need 2 each stand around their mean; one far off stays.
  @Test func labelsAreSpreadAndKeepTheirOrder() {
    let places = LabelPlacement.spread([1, 30, 1.5, 0, .nan], apart: 2)
    let mean = 2.5 / 3
    for (place, expected) in zip(places, [mean, 30, mean + 2, mean - 2]) {
      #expect(abs(place - expected) < 1e-12)
    }
    #expect(places[4].isNaN)
    // A stack of two reaches to 1, so that a third at 2.4 is in its way.
    for (place, expected) in zip(LabelPlacement.spread([0, 2.4, 0], apart: 2), [-1.2, 2.8, 0.8]) {
      #expect(abs(place - expected) < 1e-12)
    }
    #expect(LabelPlacement.spread([5, 1], apart: 1) == [5, 1])
    // Within bounds a stack moves as a whole, and takes along what it then touches.
    #expect(LabelPlacement.spread([0, 0, 3.5], apart: 2, within: (0, 9)) == [0, 2, 4])
    #expect(LabelPlacement.spread([9, 8.5, 1], apart: 2, within: (0, 9)) == [9, 7, 1])
    #expect(LabelPlacement.spread([1, 1, 1], apart: 2, within: (0, 1)) == [0, 2, 4])
    #expect(LabelPlacement.spread([], apart: 1) == [])
  }

  @Test func timeAxesAreMarkedByYearsOrMonths() {
    let years = DateMarks(
      Array(0..<5), ["2010-03-01", "2011-01-03", "2011-06-01", "2012-01-02", "2013-01-02"])
    #expect(years.marks.map(\.text) == ["2010", "2011", "2012", "2013"])
    #expect(years.marks.map(\.at) == [0, 1, 3, 4])
    let months = DateMarks([7, 8, 9], ["2010-03-01", "2010-03-02", "2010-04-01"])
    #expect(months.marks.map(\.text) == ["2010-03", "2010-04"] && months.marks[1].at == 9)
  }

  private func verdict(
    _ name: String, synthetic: (Double, Double, Double), tau: (Double, Double, Double),
    copied: Double = 0
  ) throws -> GeneratorVerdict {
    let json = """
      {"name": "\(name)", "generator": "shuffle", "failed": 0, "gaps": [{"kind": "synthetic", "families": [],
      "all": {"mean": \(synthetic.0), "low": \(synthetic.1), "high": \(synthetic.2)}}], "ranks": [{
      "kind": "synthetic", "tau": \(tau.0), "low": \(tau.1), "high": \(tau.2), "families": 3}],
      "fidelity": {"markets": 1, "scores": [{"metric": "copied_share", "title": "", "value": \(copied)}]}}
      """
    return try JSONDecoder().decode(GeneratorVerdict.self, from: Data(json.utf8))
  }

  /// An interval that holds zero is no finding.
  @Test func wordsSayWhatIntervalsSay() throws {
    let worse = try verdict("w", synthetic: (-0.03, -0.05, -0.01), tau: (0.8, 0.2, 1))
    let unclear = try verdict("u", synthetic: (-0.03, -0.07, 0.01), tau: (0.3, -0.4, 0.9))
    let better = try verdict("b", synthetic: (0.03, 0.01, 0.05), tau: (-0.9, -1, -0.5))
    #expect(
      VerdictWords(worse).short
        == "Training on it alone loses skill. It keeps the order of the families.")
    #expect(VerdictWords(unclear).short.contains("No loss of skill can be seen"))
    #expect(VerdictWords(unclear).short.contains("is not shown to keep"))
    #expect(VerdictWords(better).short.contains("gains skill. It reverses the order"))
    let copy = try verdict("c", synthetic: (0, -0.1, 0.1), tau: (0.8, 0.2, 1), copied: 0.9)
    #expect(VerdictWords(copy).short.hasSuffix("Of its days 90 % are copies of real ones."))
    let summary = VerdictWords.summary([worse, unclear, better])
    #expect(
      summary.first
        == "Training on synthetic rows in place of real ones loses RankIC with 'w' (-0.030 [-0.050, -0.010]); "
        + "it gains RankIC with 'b' (0.030 [0.010, 0.050]); it is not told apart from training on real "
        + "ones with 'u' (-0.030 [-0.070, 0.010]).")
    #expect(summary.last == "The order of the families is kept by 'w'.")
    #expect(VerdictWords.summary([]).isEmpty)
  }

  @Test func rankDiagramsNameEveryModelAndJoinGroups() throws {
    let json = """
      {"blocks": 4, "critical_difference": 1.5, "friedman_p_value": 0.04, "groups": [["a", "b"], ["b", "c<"]],
      "ranks": [{"name": "a", "average": 1}, {"name": "b", "average": 2}, {"name": "c<", "average": 3}]}
      """
    let ranks = try JSONDecoder().decode(Comparisons.Ranks.self, from: Data(json.utf8))
    let source = CriticalDifferenceDiagram(ranks: ranks).svg().source
    #expect(markupFault(in: source) == nil)
    #expect(source.contains("not told apart: a, b") && source.contains("not told apart: b, c&lt;"))
    #expect(source.contains("average rank 2.00") && source.contains("critical difference 1.50"))
  }

  @Test func durationsAreReadable() {
    #expect(TimingSection.duration(0.04) == "0.0 s" && TimingSection.duration(61) == "61 s")
    #expect(TimingSection.duration(600) == "10 min" && TimingSection.duration(7200) == "2.0 h")
  }

  /// Two cells of the same row: seconds are added up by stage, the highest peak is kept.
  @Test func timingsAreAddedUp() throws {
    let run = try SmallRun { experiment in
      experiment.split.folds = 2
      experiment.explain.rows = 0
    }
    let results = try #require(try Run(run.experiment, in: run.directory).execute())
    let row = try #require(results.timings.rows.first { $0.name == "linear" })
    let plan = try Plan(Workbench(run.experiment))
    let records = plan.cells.filter { $0.name == "linear" }
      .compactMap { run.directory.record(of: $0.key) }
    #expect(row.cells == 2 && records.count == 2)
    let fit = records.compactMap { $0.seconds["fit"] }.reduce(0, +)
    #expect(abs(try #require(row.seconds["fit"]) - fit) < 1e-12)
    #expect(row.peakMegabytes == records.compactMap(\.peakMegabytes).max())
    let written = try JSONDecoder().decode(RunTimings.self, from: run.data("timings.json"))
    #expect(written == results.timings)
    #expect(abs(written.total - written.rows.map(\.total).reduce(0, +)) < 1e-9)
    // Only workers know what they took of a processor.
    #expect(written.processorTotal == nil)
  }

  /// What is called processor time is that, and the largest part is no more than its share.
  @Test func whatARunCostIsSaidAsItWasMeasured() {
    func row(_ name: String, _ seconds: [String: Double], processor: Double?) -> RunTimings.Row {
      RunTimings.Row(
        source: "real", name: name, cells: 1, seconds: seconds, processorSeconds: processor,
        peakMegabytes: nil)
    }
    func page(_ rows: [RunTimings.Row]) -> String {
      TimingSection(timings: RunTimings(rows)).section()?.html.source ?? ""
    }
    let busy = page([
      row("a", ["fit": 60, "compare": 10], processor: 20), row("b", ["fit": 10], processor: 30),
    ])
    #expect(
      busy.contains(
        "<p>50 s of processor time, 80 s of workers by the clock; the largest part of it, 60 %, for b "
          + "(real, 30 s).</p>"))
    #expect(busy.contains(">processor s<") && busy.contains(">compare<"))
    let unknown = page([
      row("a", ["fit": 60], processor: nil), row("b", ["fit": 20], processor: 30),
    ])
    #expect(
      unknown.contains(
        "<p>80 s of workers by the clock; the largest part of it, 75 %, for a (real, 60 s).</p>"))
  }
}
