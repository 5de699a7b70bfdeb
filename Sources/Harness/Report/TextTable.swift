/// A table of text: aligned for a terminal, or in Markdown.
struct TextTable {
  enum Alignment { case left, right }

  let header: [String]
  let alignment: [Alignment]
  var rows: [[String]] = []

  init(_ columns: [(title: String, alignment: Alignment)]) {
    header = columns.map(\.title)
    alignment = columns.map(\.alignment)
  }

  /// Columns padded to equal width, two spaces between them, a rule under the header.
  var aligned: String {
    let widths = header.indices.map { column in
      ([header] + rows).map { $0[column].count }.max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      var text = ""
      for (column, cell) in cells.enumerated() {
        let space = String(repeating: " ", count: widths[column] - cell.count)
        if column > 0 { text += "  " }
        text += alignment[column] == .left ? cell + space : space + cell
      }
      while text.last == " " { text.removeLast() }
      return text
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    return ([line(header), rule] + rows.map(line)).joined(separator: "\n")
  }

  /// A Markdown table; a bar inside a cell, and what would be taken for HTML, is escaped.
  var markdown: String {
    func line(_ cells: [String]) -> String {
      "| "
        + cells.map { cell in
          cell.reduce(into: "") { result, character in
            switch character {
            case "|": result += "\\|"
            case "<": result += "&lt;"
            case "&": result += "&amp;"
            default: result.append(character)
            }
          }
        }.joined(separator: " | ") + " |"
    }
    let rule = "|" + alignment.map { $0 == .left ? "---|" : "--:|" }.joined()
    return ([line(header), rule] + rows.map(line)).joined(separator: "\n")
  }
}
