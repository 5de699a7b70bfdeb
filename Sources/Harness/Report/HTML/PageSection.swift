/// A part of a page: a heading that can be linked to, and what stands under it.
struct PageSection {
  let id: String
  /// The title in a word, for the table of contents.
  let short: String
  let title: String
  let body: HTML

  var html: HTML {
    """
    <section aria-labelledby="\(id)"><h2 id="\(id)">\(title)</h2>\(body)</section>
    """
  }
}

extension HTML {
  /// A picture with what is seen in it, where its numbers come from, and how to read them.
  static func figure(_ picture: HTML, _ caption: HTML, isWide: Bool = false) -> HTML {
    let shown: HTML =
      isWide ? "<div class=\"scroll\"><div class=\"wide\">\(picture)</div></div>" : picture
    return "<figure>\(shown)<figcaption>\(caption)</figcaption></figure>"
  }

  /// Pictures side by side where there is room.
  static func grid(_ parts: [HTML]) -> HTML { "<div class=\"grid\">\(parts)</div>" }

  /// A table that can be sorted by a click on a heading; what holds no number is sorted by its text.
  static func table(
    _ columns: [TableColumn], _ rows: [(cells: [HTML], isYardstick: Bool)], caption: HTML
  ) -> HTML {
    let heads = columns.map { column -> HTML in
      let name: HTML =
        column.isPlain
        ? "\(column.title)" : "<button type=\"button\">\(column.title)</button>"
      let sorted: HTML = column.isSorted ? " aria-sort=\"descending\"" : ""
      let kind: HTML = column.isNumber ? " class=\"number\"" : ""
      return "<th scope=\"col\"\(kind)\(sorted)>\(name)</th>"
    }
    let lines = rows.map { row -> HTML in
      let kind: HTML = row.isYardstick ? " class=\"yardstick\"" : ""
      return "<tr\(kind)>\(row.cells)</tr>"
    }
    return """
      <figure><div class="scroll"><table class="sortable"><thead><tr>\(heads)</tr></thead>\
      <tbody>\(lines)</tbody></table></div><figcaption>\(caption)</figcaption></figure>
      """
  }

  /// A cell of a table: a number in full for sorting, and as it is shown; – where it is undefined.
  static func cell(
    _ value: Double?, digits: Int, factor: Double = 1, unit: String = ""
  ) -> HTML {
    guard let value, value.isFinite else { return "<td class=\"number\">–</td>" }
    return """
      <td class="number" data-v="\(String(value))">\
      \(Score.plain(value * factor, digits: digits) + unit)</td>
      """
  }
}

/// A heading of a sortable table.
struct TableColumn {
  let title: String
  var isNumber = true
  /// Whether it holds pictures, which have no order.
  var isPlain = false
  /// Whether the rows come in its order.
  var isSorted = false

  init(_ title: String, isNumber: Bool = true, isPlain: Bool = false, isSorted: Bool = false) {
    (self.title, self.isNumber) = (title, isNumber)
    (self.isPlain, self.isSorted) = (isPlain, isSorted)
  }
}
