import Foundation
import Metrics

/// `report.html`: the leaderboard as one page that opens anywhere.
struct LeaderboardPage {
  let leaderboard: Leaderboard
  let environment: RunEnvironment?

  func page() -> Page {
    Page(
      title: leaderboard.title, body: "\(header)\(summary)\(table)\(problems)\(provenance)",
      style: Self.style, script: Self.sorting)
  }

  // MARK: - First screen

  private var header: HTML {
    let data = leaderboard.dataset
    return """
      <h1>\(leaderboard.title)</h1>
      <p class="soft">\(data.title): \(data.assets) assets, \(data.dates) dates, \(data.firstDate) to \
      \(data.lastDate); features \(leaderboard.experiment.features.set); \(data.testRows) test rows, \
      the same for every row of the table</p>
      """
  }

  private var summary: HTML {
    let sentences = LeaderboardSummary(leaderboard).sentences.map { "<p>\($0)</p>" as HTML }
    return "<section aria-label=\"Summary\" class=\"summary\">\(sentences)</section>"
  }

  // MARK: - Table

  private static let columns: [(id: String, title: String, digits: Int, factor: Double)] = [
    ("rank_icir", "RankICIR", 2, 1), ("ic", "IC", 3, 1), ("r2", "R² %", 2, 100),
    ("hit_rate", "hit %", 1, 100), ("ls_return_net", "L/S net % p.a.", 1, 100),
    ("ls_sharpe_net", "Sharpe net", 2, 1), ("ls_turnover", "turnover", 2, 1),
  ]

  private var table: HTML {
    let hasOracle = leaderboard.rows.contains { $0.shareOfOracle != nil }
    let sources = Set(leaderboard.rows.map(\.trainingSource)).count > 1
    var heads: [HTML] = [
      "<th scope=\"col\">model</th>", sources ? "<th scope=\"col\">trained on</th>" : "",
      "<th scope=\"col\" class=\"number\">RankIC</th>",
      "<th scope=\"col\" class=\"plain\">\(level) interval</th>",
    ]
    heads += Self.columns.map { "<th scope=\"col\" class=\"number\">\($0.title)</th>" }
    if hasOracle { heads.append("<th scope=\"col\" class=\"number\">of oracle</th>") }
    let hasFailures = !leaderboard.failures.isEmpty
    if hasFailures { heads.append("<th scope=\"col\" class=\"number\">failed</th>") }
    let span = IntervalSpan(leaderboard.rows.compactMap { $0.metrics["rank_ic"] })
    let rows: [HTML] = leaderboard.rows.map { row in
      let rankIC = row.metrics["rank_ic"]
      var cells: [HTML] = [
        """
        <th scope="row">\(row.isYardstick ? "◦ " : "")\(row.name)\(row.warnings.isEmpty ? "" : " ⚠")</th>
        """,
        sources ? "<td>\(row.trainingSource)</td>" : "",
        number(rankIC?.mean, digits: 3, factor: 1),
        "<td>\(span.svg(rankIC, isYardstick: row.isYardstick))</td>",
      ]
      cells += Self.columns.map {
        number(row.metrics[$0.id]?.mean, digits: $0.digits, factor: $0.factor)
      }
      if hasOracle { cells.append(number(row.shareOfOracle, digits: 0, factor: 100, unit: " %")) }
      if hasFailures {
        cells.append("<td class=\"number\" data-v=\"\(row.failed)\">\(row.failed)</td>")
      }
      return "<tr\(HTML(markup: row.isYardstick ? " class=\"yardstick\"" : ""))>\(cells)</tr>"
    }
    return """
      <h2 id="leaderboard">Leaderboard</h2>
      <div class="scroll"><table class="sortable"><caption>Means over seeds; the bars are \(level) \
      intervals of a moving-block bootstrap over dates and seeds, and rows whose bars overlap widely are \
      not told apart by this run. ◦ marks yardsticks; – is undefined. A click on a heading \
      sorts.</caption><thead><tr>\(heads)</tr></thead><tbody>\(rows)</tbody></table></div>
      """
  }

  private var level: String { Score.plain(leaderboard.experiment.intervals.level * 100) + " %" }

  private func number(
    _ value: Double?, digits: Int, factor: Double, unit: String = ""
  ) -> HTML {
    guard let value, value.isFinite else { return "<td class=\"number\">–</td>" }
    return """
      <td class="number" data-v="\(String(value))">\
      \(Score.plain(value * factor, digits: digits) + unit)</td>
      """
  }

  // MARK: - What went wrong, and where it comes from

  private var problems: HTML {
    let warnings: [HTML] = leaderboard.rows.flatMap { row in
      row.warnings.map { "<li>⚠ \(row.name): \($0)</li>" }
    }
    let failed: [HTML] = leaderboard.failures.map { failure in
      """
      <li>✗ \(failure.trainingSource)/\(failure.family), fold \(failure.fold), seed \(failure.seed), at \
      \(failure.stage): \(failure.reason)</li>
      """
    }
    guard !warnings.isEmpty || !failed.isEmpty else { return "" }
    return "<h2 id=\"problems\">Failures and warnings</h2><ul>\(warnings)\(failed)</ul>"
  }

  private var provenance: HTML {
    let spec = leaderboard.experiment
    var rows: [(String, String)] = [
      ("data", "\(leaderboard.dataset.name), SHA-256 \(leaderboard.dataset.contentSHA256)"),
      (
        "label",
        "entry lag \(spec.label.entryLag), horizon \(spec.label.horizon), "
          + "\(spec.label.transform.rawValue)"
      ),
      (
        "split",
        "\(spec.split.kind.rawValue), \(spec.split.folds) folds, purge \(spec.label.reach), "
          + "embargo \(spec.split.embargo)"
      ),
      ("seed", "\(spec.seed)"),
    ]
    rows += environment?.rows ?? []
    let lines: [HTML] = rows.map { "<tr><th scope=\"row\">\($0.0)</th><td>\($0.1)</td></tr>" }
    return """
      <h2 id="provenance">Provenance</h2><div class="scroll"><table class="facts"><tbody>\(lines)\
      </tbody></table></div><p class="soft">The whole spec is in <code>spec.json</code>, every metric in \
      <code>leaderboard.json</code>.</p>
      """
  }

  // MARK: - Style and script

  private static let style = """
    .summary{border-left:3px solid var(--accent);padding:.2rem 0 .2rem 1rem;margin:1rem 0}\
    .yardstick th,.yardstick td{color:var(--soft)}td svg{width:170px;min-width:120px}\
    .facts th{width:8rem}.facts td{white-space:normal;overflow-wrap:anywhere}\
    th[aria-sort]{color:var(--accent)}.sortable thead th:not(.plain){cursor:pointer}
    """

  /// Sorts by the clicked column: by `data-v` where there is one, else by text; no value comes last.
  private static let sorting = """
    for(const t of document.querySelectorAll("table.sortable")){const h=[...t.tHead.rows[0].cells];\
    h.forEach((c,i)=>{if(c.classList.contains("plain"))return;c.tabIndex=0;const s=()=>{\
    const d=c.getAttribute("aria-sort")==="descending"?1:-1;h.forEach(o=>o.removeAttribute("aria-sort"));\
    c.setAttribute("aria-sort",d<0?"descending":"ascending");const b=t.tBodies[0];\
    const k=r=>{const e=r.cells[i],v=e.dataset.v;return v!==undefined?+v:e.textContent.trim()};\
    [...b.rows].sort((x,y)=>{const p=k(x),q=k(y),m=v=>v==="–";if(m(p)||m(q))return m(p)-m(q);\
    return d*(typeof p==="number"&&typeof q==="number"?p-q:String(p).localeCompare(String(q)))})\
    .forEach(r=>b.append(r))};c.onclick=s;c.onkeydown=e=>{if(e.key==="Enter"||e.key===" ")\
    {e.preventDefault();s()}}})}
    """
}

/// Intervals drawn on one scale, one a row of a table.
struct IntervalSpan {
  private let axis: ChartAxis

  init(_ scores: [LeaderboardRow.Score]) {
    axis = ChartAxis(
      "", covering: scores.flatMap { [$0.mean, $0.low, $0.high].compactMap { $0 } },
      including: [0])
  }

  func svg(_ score: LeaderboardRow.Score?, isYardstick: Bool) -> HTML {
    guard let score, let mean = score.mean, let at = axis.place(mean) else { return "–" }
    func x(_ share: Double) -> String { Chart.number(4 + share * 162) }
    let colour = isYardstick ? "var(--soft)" : "var(--s0)"
    var bar: HTML = ""
    var words = Score.plain(mean, digits: 3)
    if let low = score.low, let high = score.high, let from = axis.place(low),
      let to = axis.place(high)
    {
      words += ", from \(Score.plain(low, digits: 3)) to \(Score.plain(high, digits: 3))"
      bar = """
        <line x1="\(x(from))" x2="\(x(to))" y1="9" y2="9" \
        style="stroke:\(colour);stroke-width:3;opacity:.55"/>
        """
    }
    let zero: HTML =
      axis.place(0).map {
        "<line class=\"axis\" x1=\"\(x($0))\" x2=\"\(x($0))\" y1=\"1\" y2=\"17\"/>"
      }
      ?? ""
    return """
      <svg viewBox="0 0 170 18" role="img" aria-label="\(words)"><title>\(words)</title>\(zero)\(bar)\
      <circle cx="\(x(at))" cy="9" r="3.6" style="fill:\(colour)"/></svg>
      """
  }
}
