/// `report.html`: everything a run came to, as one page that opens anywhere.
///
/// Each section is made by a type of its own and is left out where it has nothing to show.
struct ReportPage {
  let results: RunResults
  let environment: RunEnvironment?

  private var leaderboard: Leaderboard { results.leaderboard }
  private var level: Double { leaderboard.experiment.intervals.level }

  func page() -> Page {
    let sections = self.sections
    let links = sections.map { "<a href=\"#\($0.id)\">\($0.short)</a>" as HTML }
    return Page(
      title: leaderboard.title,
      body: """
        \(header)\(summary)<nav aria-label="Contents">\(links)</nav>\(sections.map(\.html))
        """,
      style: Self.style, script: Self.sorting + Self.printing)
  }

  private var sections: [PageSection] {
    let comparisons = results.comparisons
    let figures = results.figures
    let colours = ModelColours(leaderboard)
    return [
      Standings(leaderboard: leaderboard, comparisons: comparisons).section(),
      GeneratorVerdicts(comparisons: comparisons, level: level).section(),
      SourceComparison(leaderboard: leaderboard, comparisons: comparisons, colours: colours)
        .section(),
      Differences(comparisons: comparisons).section(),
      HeatMaps(figures: figures).section(),
      LongShortSection(
        figures: figures, portfolio: PortfolioSpecWords(leaderboard.experiment), colours: colours
      ).section(),
      TradingCosts(leaderboard: leaderboard).section(),
      DecaySection(figures: figures, colours: colours, level: level).section(),
      ExplanationSection(explanations: results.explanations).section(),
      FidelitySection(examples: results.examples, comparisons: comparisons).section(),
      FailureSection(
        leaderboard: leaderboard, comparisons: comparisons, explanations: results.explanations
      ).section(),
      TimingSection(timings: results.timings).section(),
      Provenance(leaderboard: leaderboard, environment: environment).section(),
    ].compactMap { $0 }
  }

  private var header: HTML {
    let data = leaderboard.dataset
    return """
      <header><h1>\(leaderboard.title)</h1>
      <p class="soft">\(data.title): \(data.assets) assets, \(data.dates) dates, \(data.firstDate) to \
      \(data.lastDate); features \(leaderboard.experiment.featureWords)</p></header>
      """
  }

  /// What the run says of models, and a line a generator: what fits on a first screen beside the leaderboard.
  private var summary: HTML {
    let summary = LeaderboardSummary(leaderboard, results.comparisons)
    let sentences = (summary.ofModels + summary.ofFailures).map { "<p>\($0)</p>" as HTML }
    let verdicts = results.comparisons.generators.map { verdict in
      "<li><a href=\"#generators\">\(verdict.name)</a> \(VerdictWords(verdict).short)</li>" as HTML
    }
    let list: HTML =
      verdicts.isEmpty ? "" : "<ul class=\"verdicts\" aria-label=\"Generators\">\(verdicts)</ul>"
    return
      "<div role=\"region\" aria-label=\"Summary\" class=\"summary\">\(sentences)\(list)</div>"
  }
}
