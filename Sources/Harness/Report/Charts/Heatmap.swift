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

  func svg() -> HTML {
    let names = rows.isEmpty ? 6.0 : 8 + 6.3 * Double(rows.map(\.count).max() ?? 0)
    let count = max(1, values.first?.count ?? 0)
    let cell = (width - names - 8) / Double(count)
    let high = rows.isEmpty ? cell : min(28, max(16, cell))
    let top = columns.isEmpty ? 24.0 : 40.0
    let total = top + high * Double(values.count) + 6
    let far =
      reach ?? values.joined().filter(\.isFinite).map { abs($0 - middle) }.max() ?? 1
    var parts: [HTML] = [
      "<title>\(title)</title><desc>\(description)</desc>",
      "<text x=\"6\" y=\"14\" style=\"fill:var(--ink);font-weight:600\">\(title)</text>",
    ]
    for (index, name) in columns.enumerated() {
      parts.append(
        """
        <text x="\(Chart.number(names + (Double(index) + 0.5) * cell))" y="\(Chart.number(top - 6))" \
        text-anchor="middle">\(name)</text>
        """)
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
        let end = share < 0 ? "low" : "high"
        parts.append(
          """
          <rect x="\(Chart.number(x))" y="\(Chart.number(y))" width="\(Chart.number(cell))" \
          height="\(Chart.number(high))" style="fill:color-mix(in srgb,var(--\(end)) \
          \(Int((abs(share) * 100).rounded()))%,var(--mid))"/>
          """)
        let text = format(value)
        if !text.isEmpty, cell > 5.6 * Double(text.count) {
          let ink = abs(share) > 0.55 ? "#fff" : "var(--ink)"
          parts.append(
            """
            <text x="\(Chart.number(x + cell / 2))" y="\(Chart.number(y + high / 2 + 4))" \
            text-anchor="middle" style="fill:\(ink);font-size:10px">\(text)</text>
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
