import Foundation

/// What the run cost.
struct TimingSection {
  let timings: RunTimings

  func section() -> PageSection? {
    guard !timings.rows.isEmpty else { return nil }
    let stages = ["generate", "load", "fit", "sample", "predict", "compare", "explain"]
    let named = Set(timings.rows.flatMap(\.seconds.keys))
    let shown = stages.filter(named.contains)
    let others = !named.subtracting(stages).isEmpty
    let lines = timings.rows.map { row in
      (
        cells: [
          "<th scope=\"row\">\(row.name)</th>" as HTML, "<td>\(row.source)</td>",
          HTML.cell(Double(row.cells), digits: 0),
        ] + shown.map { HTML.cell(row.seconds[$0], digits: 1) }
          + (others
            ? [
              HTML.cell(
                row.seconds.filter { !stages.contains($0.key) }.values.reduce(0, +), digits: 1)
            ] : [])
          + [
            HTML.cell(row.total, digits: 1),
            HTML.cell(row.cells > 0 ? row.total / Double(row.cells) : nil, digits: 2),
            HTML.cell(row.peakMegabytes.map(Double.init), digits: 0),
          ], isYardstick: false
      )
    }
    let slowest = timings.rows.max { $0.total < $1.total }
    return PageSection(
      id: "timings", short: "Timings", title: "What it cost",
      body: """
        <p>\(Self.duration(timings.total)) of processor time in all\(slowest.map {
          ", most of it for \($0.name) (\($0.source), \(Self.duration($0.total)))" } ?? "").</p>\
        <details><summary>Seconds by model and stage</summary>\(HTML.table(
          [TableColumn("model", isNumber: false), TableColumn("source", isNumber: false),
            TableColumn("cells")] + shown.map { TableColumn($0) }
            + (others ? [TableColumn("other")] : [])
            + [TableColumn("total s"), TableColumn("s a cell"), TableColumn("peak MiB")],
          lines,
          caption: """
            Wall seconds of workers of one thread each, added up over folds and seeds: processor time, where the machine \
            had a core for every worker. Peak: the most memory a worker held while it carried out the job of such a cell. Timings are \
            in <code>timings.json</code> and here alone: no other file of a run depends on them.
            """))</details>
        """)
  }

  static func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<90: return "\(Score.plain(seconds, digits: seconds < 10 ? 1 : 0)) s"
    case ..<5400: return "\(Score.plain(seconds / 60, digits: 0)) min"
    default: return "\(Score.plain(seconds / 3600, digits: 1)) h"
    }
  }
}
