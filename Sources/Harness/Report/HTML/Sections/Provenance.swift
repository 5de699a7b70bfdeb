import Market
import Metrics

/// Where the numbers come from: data, spec, seed, versions, machine, and the files behind the page.
struct Provenance {
  let leaderboard: Leaderboard
  let environment: RunEnvironment?

  func section() -> PageSection {
    let spec = leaderboard.experiment
    let data = leaderboard.dataset
    var rows: [(String, String)] = [
      ("data", "\(data.name): \(data.title)"), ("content SHA-256", data.contentSHA256),
      ("features", "\(spec.featureWords), \(spec.features.transform.rawValue)"),
      (
        "label",
        "entry lag \(spec.label.entryLag), horizon \(spec.label.horizon), "
          + "\(spec.label.transform.rawValue)"
      ),
      (
        "split",
        "\(spec.split.kind.rawValue), \(spec.split.folds) "
          + "\(spec.split.kind.blockName)s, purge \(spec.label.reach), "
          + "embargo \(spec.split.embargo)"
      ),
      (
        "intervals",
        "\(spec.intervals.resamples) resamples, \(Score.plain(spec.intervals.level * 100)) %"
      ),
      ("seeds", "\(spec.seeds) of each model, root \(spec.seed)"),
    ]
    rows += environment?.rows ?? []
    let lines: [HTML] = rows.map { "<tr><th scope=\"row\">\($0.0)</th><td>\($0.1)</td></tr>" }
    let files: [(String, HTML)] = [
      ("spec.json", "the whole spec: running it again on the same data gives the same numbers"),
      (
        "report.json",
        "what the pictures show, and under <code>origins</code> the cells behind every row"
      ),
      ("cells/, predictions/", "every cell’s record, and what it predicted, as HDF5"),
      ("leaderboard.json, .csv, .md", "all metrics with intervals"),
      ("comparisons.json", "pairs, confidence set, ranks, generators’ verdicts"),
      ("explanations.json, .md", "what the models rely on"),
      ("synthetic/", "sampled markets as HDF5, and how each compares with the real one"),
      ("timings.json", "seconds and memory"),
    ]
    return PageSection(
      id: "provenance", short: "Provenance", title: "Where the numbers come from",
      body: """
        <div class="scroll"><table class="facts"><tbody>\(lines)</tbody></table></div>\
        \(wholeSpec)<p>Every number is computed from the files beside this page:</p>\
        <ul>\(files.map { "<li><code>\($0.0)</code>: \($0.1)</li>" as HTML })</ul>
        """)
  }

  /// Families with their hyperparameters, generators, sources, portfolio, limits: a page that is sent alone says
  /// what was run.
  private var wholeSpec: HTML {
    guard let json = try? StrictJSON.encode(leaderboard.experiment, pretty: true) else { return "" }
    return """
      <details><summary>The whole spec, as in <code>spec.json</code></summary>\
      <pre>\(String(decoding: json, as: UTF8.self))</pre></details>
      """
  }
}
