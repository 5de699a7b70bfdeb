/// A table of numbers as colours, drawn as SVG.
struct Heatmap {
  var title: String
  /// Read out where the picture cannot be seen.
  var description: String
  /// One a row, from the top; empty for rows too many to name.
  var rows: [String] = []
  var columns: [String] = []
  /// Rows of values; NaN is left blank.
  var values: [[Double]]
  /// The value whose colour is neutral.
  var middle = 0.0
  /// How far from the middle the colours are strongest; `nil` for the farthest value.
  var reach: Double?
  /// Written into each cell where there is room; empty for none.
  var format: (Double) -> String = { _ in "" }
  var width = 440.0
  /// The colour of values above the middle; the other end has the other one.
  var above = End.high
  /// Said of a cell that is pointed at; empty for nothing.
  var says: (_ row: Int, _ column: Int) -> String = { _, _ in "" }
  /// Written into a cell in place of what `format` makes of its value.
  var writes: ((_ row: Int, _ column: Int) -> String)?
  /// Whether a cell is framed.
  var isMarked: (_ row: Int, _ column: Int) -> Bool = { _, _ in false }

  enum End: String {
    case low, high
    var other: End { self == .low ? .high : .low }
  }

  func svg() -> HTML {
    let names = rows.isEmpty ? 6.0 : 12 + (rows.map(Chart.width).max() ?? 0)
    let count = max(1, values.first?.count ?? 0)
    let longest = columns.map(Chart.width).max() ?? 0
    // Names wider than their columns are turned, and lean over the next ones.
    let isTurned = columns.count > 1 && longest > (width - names - 8) / Double(count)
    let room = isTurned ? min(60, 0.7 * longest) : 0
    let cell = (width - names - 8 - room) / Double(count)
    let high = rows.isEmpty ? cell : min(28, max(18, cell))
    let top = columns.isEmpty ? 24.0 : isTurned ? 34 + 0.72 * longest : 40.0
    let total = top + high * Double(values.count) + 6
    let far =
      reach ?? values.joined().filter(\.isFinite).map { abs($0 - middle) }.max() ?? 1
    var parts: [HTML] = [
      "<title>\(title)</title><desc>\(description)</desc>",
      "<text x=\"6\" y=\"14\" style=\"fill:var(--ink);font-weight:600\">\(title)</text>",
    ]
    for (index, name) in columns.enumerated() {
      let x = Chart.number(names + (Double(index) + 0.5) * cell)
      let y = Chart.number(top - 6)
      let turn: HTML =
        isTurned
        ? "text-anchor=\"start\" transform=\"rotate(-45 \(x) \(y))\"" : "text-anchor=\"middle\""
      parts.append("<text x=\"\(x)\" y=\"\(y)\" \(turn)>\(name)</text>")
    }
    for (row, line) in values.enumerated() {
      let y = top + high * Double(row)
      if row < rows.count {
        parts.append(
          """
          <text x="\(Chart.number(names - 6))" y="\(Chart.number(y + high / 2 + 4))" \
          text-anchor="end">\(rows[row])</text>
          """)
      }
      for (column, value) in line.enumerated() where value.isFinite {
        let x = names + cell * Double(column)
        let share = min(1, max(-1, (value - middle) / max(far, 1e-12)))
        let end = (share < 0 ? above.other : above).rawValue
        let words = says(row, column)
        let frame = isMarked(row, column) ? ";stroke:var(--ink);stroke-width:1.6" : ""
        let inset = frame.isEmpty ? 0.0 : 1
        let hint: HTML = words.isEmpty ? "" : "<title>\(words)</title>"
        parts.append(
          """
          <rect x="\(Chart.number(x + inset))" y="\(Chart.number(y + inset))" \
          width="\(Chart.number(cell - 2 * inset))" height="\(Chart.number(high - 2 * inset))" style="fill:color-mix(in srgb,var(--\(end)) \
          \(Int((abs(share) * 100).rounded()))%,var(--mid))\(frame)">\(hint)</rect>
          """)
        let text = writes?(row, column) ?? format(value)
        if !text.isEmpty, cell > 5.6 * Double(text.count) {
          let ink = abs(share) > 0.7 ? "#fff" : "var(--ink)"
          parts.append(
            """
            <text x="\(Chart.number(x + cell / 2))" y="\(Chart.number(y + high / 2 + 4))" \
            text-anchor="middle" style="fill:\(ink);font-size:10px;pointer-events:none">\(text)</text>
            """)
        }
      }
    }
    return """
      <svg viewBox="0 0 \(Chart.number(width)) \(Chart.number(total))" role="img" \
      aria-label="\(title): \(description)">\(parts)</svg>
      """
  }
}
