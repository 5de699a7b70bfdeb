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
    let hasProcessor = timings.rows.contains { $0.processorSeconds != nil }
    let lines = timings.rows.map { row -> (cells: [HTML], isYardstick: Bool) in
      var cells: [HTML] = [
        "<th scope=\"row\">\(row.name)</th>", "<td>\(row.source)</td>",
        HTML.cell(Double(row.cells), digits: 0),
      ]
      cells += shown.map { HTML.cell(row.seconds[$0], digits: 1) }
      if others {
        let rest = row.seconds.filter { !stages.contains($0.key) }
        cells.append(HTML.cell(RunTimings.total(rest), digits: 1))
      }
      cells.append(HTML.cell(row.total, digits: 1))
      if hasProcessor { cells.append(HTML.cell(row.processorSeconds, digits: 1)) }
      cells.append(HTML.cell(row.cells > 0 ? row.total / Double(row.cells) : nil, digits: 2))
      cells.append(HTML.cell(row.peakMegabytes.map(Double.init), digits: 0))
      return (cells, false)
    }
    var columns = [
      TableColumn("model", isNumber: false), TableColumn("source", isNumber: false),
      TableColumn("cells"),
    ]
    columns += shown.map { TableColumn($0) }
    if others { columns.append(TableColumn("other")) }
    columns.append(TableColumn("total s"))
    if hasProcessor { columns.append(TableColumn("processor s")) }
    columns += [TableColumn("s a cell"), TableColumn("peak MiB")]
    return PageSection(
      id: "timings", short: "Timings", title: "What it cost",
      body: """
        <p>\(sentence)</p>\
        <details><summary>Seconds by model and stage</summary>\(HTML.table(
          columns, lines,
          caption: """
            Wall seconds of workers of one thread each, added up over folds and seeds; on a machine with a core for \
            every worker, hardly more than they took of a processor. Peak: the most memory a worker held while it \
            carried out the job of such a cell. Timings are in <code>timings.json</code> and here alone: no other file of a run depends on them.
            """))</details>
        """)
  }

  /// What all of it took, and the row that took the largest part, by processor seconds where every row has them.
  private var sentence: String {
    let processor = timings.processorTotal
    let all = processor ?? timings.total
    func seconds(_ row: RunTimings.Row) -> Double {
      processor == nil ? row.total : row.processorSeconds ?? 0
    }
    var sentence =
      processor == nil
      ? "\(Self.duration(all)) of workers by the clock"
      : "\(Self.duration(all)) of processor time, \(Self.duration(timings.total)) of workers by the clock"
    if let most = timings.rows.max(by: { seconds($0) < seconds($1) }), all > 0 {
      sentence +=
        "; the largest part of it, \(Score.plain(100 * seconds(most) / all, digits: 0)) %, for "
        + "\(most.name) (\(most.source), \(Self.duration(seconds(most))))"
    }
    return sentence + "."
  }

  static func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<90: return "\(Score.plain(seconds, digits: seconds < 10 ? 1 : 0)) s"
    case ..<5400: return "\(Score.plain(seconds / 60, digits: 0)) min"
    default: return "\(Score.plain(seconds / 3600, digits: 1)) h"
    }
  }
}
