import Foundation
import Market
import Testing

@testable import Harness

@Suite struct ReportPageTests {
  static let nasty = "<b>&\"deep'"

  /// A run with everything in it, on a market of few assets; its page and its results.
  private func page(
    _ change: (inout Experiment) -> Void = { _ in }
  ) throws -> (source: String, results: RunResults) {
    let run = try SmallRun { experiment in
      experiment.families.append(
        FamilyChoice(
          "linear", name: Self.nasty, hyperparameters: .object(["penalty": .string("lasso")])))
      experiment.split.folds = 2
      experiment.seeds = 1
      (experiment.explain.rows, experiment.explain.contributionRows) = (64, 16)
      experiment.explain.repeats = 1
      change(&experiment)
    }
    let results = try #require(try Run(run.experiment, in: run.directory).execute())
    return (String(decoding: try run.data("report.html"), as: UTF8.self), results)
  }

  @Test func showsEverythingThereIs() throws {
    let (source, results) = try page { experiment in
      experiment.sources = [.real, .synthetic, .augmented, .reverse]
      experiment.synthetic.compare = true
      experiment.generators = [GeneratorChoice("shuffle", name: "sh<&\"uffle")]
    }
    #expect(markupFault(in: source) == nil)
    for id in [
      "leaderboard", "generators", "sources", "differences", "when", "portfolios", "costs",
      "decay", "explanations", "fidelity", "timings", "provenance",
    ] {
      #expect(source.contains("<h2 id=\"\(id)\">"), "\(id)")
      #expect(source.contains("href=\"#\(id)\""), "\(id)")
    }
    #expect(!source.contains(Self.nasty) && source.contains("&lt;b&gt;&amp;&quot;deep&#39;"))
    #expect(source.contains("sh&lt;&amp;&quot;uffle"))
    for outside in ["http://", "https://", "src=", "@import", "url("] {
      #expect(!source.contains(outside), "\(outside)")
    }
    #expect(source.utf8.count < 400_000)
    // Every number of the table is one of the leaderboard's.
    let row = try #require(results.leaderboard.rows.first { $0.name == "linear" })
    #expect(source.contains("data-v=\"\(try #require(row.rankIC))\""))
    let pairs = results.comparisons.pairs.compactMap(\.foldPValue)
    #expect(pairs.count == 1)
    #expect(source.contains("\(pairs.count { $0 < 0.05 }) of 1 pairs are told apart; few folds"))
    #expect(results.markdown.contains("## In short"))
    // The page alone says what was run, and what pictures show can be read without pointing at them.
    #expect(source.contains("&quot;penalty&quot; : &quot;lasso&quot;"))
    #expect(source.contains("<summary>Every pair, with its p values</summary>"))
    #expect(source.contains("<summary>RankIC with intervals</summary>"))
    // Each generator's verdict stands before the leaderboard.
    let verdicts = try #require(source.range(of: "<ul class=\"verdicts\""))
    let leaderboard = try #require(source.range(of: "<h2 id=\"leaderboard\">"))
    #expect(verdicts.upperBound < leaderboard.lowerBound)
    // Pictures are of the whole market; what is tested on sampled rows is not on the same dates.
    #expect(source.contains("with the tested dates, which the generator was not fitted to"))
    #expect(source.contains("<em>tested on it</em> is of other dates"))
    #expect(results.markdown.contains("## How long does a forecast last?"))
    // Marked in every table alike.
    let tables = try #require(results.figures.markdown)
    #expect(tables.contains("| ◆ oracle |") && !tables.contains("| oracle |"))
  }

  @Test func sectionsWithoutContentAreLeftOut() throws {
    let (source, _) = try page { experiment in experiment.explain.rows = 0 }
    #expect(markupFault(in: source) == nil)
    for id in ["generators", "sources", "explanations", "fidelity", "problems"] {
      #expect(!source.contains("id=\"\(id)\"") && !source.contains("href=\"#\(id)\""), "\(id)")
    }
  }

  /// A model that fails everywhere, in a run with nothing else: still a page.
  @Test func failuresAreShown() throws {
    let (source, results) = try page { experiment in
      experiment.families = [
        FamilyChoice(
          "external", name: "broken",
          hyperparameters: .object(["command": .array([.string("/does/not/exist")])]))
      ]
    }
    #expect(markupFault(in: source) == nil)
    #expect(results.leaderboard.failures.count == 2)
    #expect(source.contains("<h2 id=\"problems\">") && source.contains("broken, fold 0"))
  }

  /// But for what it cost, a page is made of data, spec and seed.
  @Test func onlyTimingsDifferBetweenRuns() throws {
    func core(_ source: String) throws -> String {
      let start = try #require(source.range(of: "<section aria-labelledby=\"timings\">"))
      let end = try #require(source[start.upperBound...].range(of: "</section>"))
      return String(source[..<start.lowerBound] + source[end.upperBound...])
    }
    let pages = try (0..<2).map { _ in try core(page { $0.explain.rows = 0 }.source) }
    #expect(pages[0] == pages[1])
  }

  @Test func theMarkupCheckSeesFaults() {
    #expect(markupFault(in: "<p><b class=\"a>b\">x</b><br></p>") == nil)
    #expect(markupFault(in: "<p><b>x</p></b>") != nil)
    #expect(markupFault(in: "<p class=a>x</p>") != nil)
    #expect(markupFault(in: "<p>a < b</p>") != nil && markupFault(in: "<p>x") != nil)
  }
}
