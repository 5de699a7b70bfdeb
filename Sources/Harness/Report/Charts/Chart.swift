/// A chart of two axes, drawn as SVG.
///
/// Colours are the page's: a mark names a series 0 to 7.
struct Chart {
  enum Mark {
    /// Broken where a value has no place.
    case line([(x: Double, y: Double)], series: Int, dashed: Bool = false)
    case band([(x: Double, low: Double, high: Double)], series: Int)
    case points([(x: Double, y: Double)], series: Int)
    /// Points that say what they are when they are pointed at.
    case dots([(x: Double, y: Double, says: String)], series: Int)
    /// Text beside a point, to its right or left.
    case label(String, at: (x: Double, y: Double), series: Int, isLeft: Bool)
    /// Stretches of the horizontal axis, tinted over the whole height.
    case shade([(from: Double, to: Double)])
    case bars([(x: Double, y: Double)], width: Double, series: Int)
    /// Across the chart, at a height.
    case level(Double)
    /// From one point to another, as a line to compare with.
    case rule(from: (x: Double, y: Double), to: (x: Double, y: Double))
  }

  var title: String
  /// Read out where the picture cannot be seen.
  var description: String
  var x: ChartAxis
  var y: ChartAxis
  var marks: [Mark]
  /// Names of series, in the order of their numbers; none for a chart of one.
  var legend: [(name: String, series: Int)] = []
  var width = 440.0
  var height = 270.0
  /// Room to the right of the plot, for labels.
  var right = 12.0

  private static let left = 52.0
  private static let top = 26.0
  private static let bottom = 38.0

  /// Height of what the axes span, in the picture's units.
  var plotHeight: Double { height - Self.bottom - Self.top }

  func svg() -> HTML {
    let rows = legendRows
    let total = height + 18 * Double(rows.count)
    var parts: [HTML] = [
      "<title>\(title)</title><desc>\(description)</desc>",
      "<text x=\"\(Self.number(Self.left))\" y=\"14\" style=\"fill:var(--ink);font-weight:600\">\(title)</text>",
    ]
    parts.append(grid)
    parts += marks.map(draw)
    parts.append(labels)
    for (row, entries) in rows.enumerated() {
      parts.append(legendRow(entries, at: height + 6 + 18 * Double(row)))
    }
    return """
      <svg viewBox="0 0 \(Self.number(width)) \(Self.number(total))" role="img" \
      aria-label="\(title): \(description)">\(parts)</svg>
      """
  }

  // MARK: - Parts

  private var grid: HTML {
    var parts: [HTML] = []
    for tick in y.ticks() {
      guard let at = vertical(tick) else { continue }
      parts.append(
        """
        <line class="axis" x1="\(Self.number(Self.left))" x2="\(Self.number(width - right))" \
        y1="\(Self.number(at))" y2="\(Self.number(at))"/>\
        <text x="\(Self.number(Self.left - 6))" y="\(Self.number(at + 4))" \
        text-anchor="end">\(y.text(tick))</text>
        """)
    }
    for tick in x.ticks(6) {
      guard let at = horizontal(tick) else { continue }
      let base = height - Self.bottom
      parts.append(
        """
        <line class="axis" x1="\(Self.number(at))" x2="\(Self.number(at))" y1="\(Self.number(base))" \
        y2="\(Self.number(base + 4))"/><text x="\(Self.number(at))" y="\(Self.number(base + 16))" \
        text-anchor="middle">\(x.text(tick))</text>
        """)
    }
    return "\(parts)"
  }

  private var labels: HTML {
    """
    <text x="\(Self.number((Self.left + width - right) / 2))" \
    y="\(Self.number(height - 6))" text-anchor="middle">\(x.label)</text>\
    <text x="12" y="\(Self.number((Self.top + height - Self.bottom) / 2))" text-anchor="middle" \
    transform="rotate(-90 12 \(Self.number((Self.top + height - Self.bottom) / 2)))">\(y.label)</text>
    """
  }

  /// The legend, broken into rows that fit.
  private var legendRows: [[(name: String, series: Int)]] {
    var (rows, x) = ([[(name: String, series: Int)]](), Double.infinity)
    for entry in legend {
      let needed = 28 + Self.width(of: entry.name)
      if x + needed > width {
        rows.append([])
        x = Self.left
      }
      rows[rows.count - 1].append(entry)
      x += needed
    }
    return rows
  }

  private func legendRow(_ entries: [(name: String, series: Int)], at y: Double) -> HTML {
    var (parts, x) = ([HTML](), Self.left)
    for (name, series) in entries {
      parts.append(
        """
        <rect x="\(Self.number(x))" y="\(Self.number(y))" width="12" height="4" \
        style="fill:var(--s\(series % 8))"/>\
        <text x="\(Self.number(x + 16))" y="\(Self.number(y + 6))">\(name)</text>
        """)
      x += 28 + Self.width(of: name)
    }
    return "\(parts)"
  }

  private func draw(_ mark: Mark) -> HTML {
    switch mark {
    case .line(let points, let series, let dashed):
      var path = ""
      var isOn = false
      for point in points {
        guard let x = horizontal(point.x), let y = vertical(point.y) else {
          isOn = false
          continue
        }
        path += (isOn ? "L" : "M") + Self.number(x) + " " + Self.number(y)
        isOn = true
      }
      let dash = dashed ? ";stroke-dasharray:5 3" : ""
      return """
        <path d="\(path)" style="fill:none;stroke-width:1.6;stroke:var(--s\(series % 8))\(dash)"/>
        """
    case .band(let points, let series):
      let usable = points.compactMap { point -> (Double, Double, Double)? in
        guard let x = horizontal(point.x), let low = vertical(point.low),
          let high = vertical(point.high)
        else { return nil }
        return (x, low, high)
      }
      let corners =
        usable.map { "\(Self.number($0.0)),\(Self.number($0.2))" }
        + usable.reversed().map { "\(Self.number($0.0)),\(Self.number($0.1))" }
      return """
        <polygon points="\(corners.joined(separator: " "))" \
        style="fill:var(--s\(series % 8));opacity:.18"/>
        """
    case .points(let points, let series):
      let circles: [HTML] = points.compactMap { point in
        guard let x = horizontal(point.x), let y = vertical(point.y) else { return nil }
        return "<circle cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"2.2\"/>"
      }
      return "<g style=\"fill:var(--s\(series % 8));opacity:.7\">\(circles)</g>"
    case .dots(let dots, let series):
      let circles: [HTML] = dots.compactMap { dot in
        guard let x = horizontal(dot.x), let y = vertical(dot.y) else { return nil }
        return """
          <circle cx="\(Self.number(x))" cy="\(Self.number(y))" r="3"><title>\(dot.says)</title></circle>
          """
      }
      return "<g style=\"fill:var(--s\(series % 8))\">\(circles)</g>"
    case .label(let text, let at, let series, let isLeft):
      guard let x = horizontal(at.x), let y = vertical(at.y) else { return "" }
      return """
        <text x="\(Self.number(x + (isLeft ? -7 : 7)))" y="\(Self.number(y + 4))" \
        style="fill:color-mix(in srgb,var(--s\(series % 8)) 70%,var(--ink))" text-anchor="\(isLeft ? "end" : "start")">\(text)</text>
        """
    case .shade(let stretches):
      let drawn: [HTML] = stretches.compactMap { stretch in
        guard let left = horizontal(stretch.from), let right = horizontal(stretch.to),
          right > left
        else { return nil }
        return """
          <rect x="\(Self.number(left))" y="\(Self.number(Self.top))" \
          width="\(Self.number(max(0.6, right - left)))" \
          height="\(Self.number(height - Self.bottom - Self.top))"/>
          """
      }
      return "<g style=\"fill:var(--shade)\">\(drawn)</g>"
    case .bars(let bars, let width, let series):
      let base = vertical(y.kind == .linear ? max(0, y.low) : y.low) ?? height - Self.bottom
      let drawn: [HTML] = bars.compactMap { bar in
        guard let left = horizontal(bar.x - width / 2), let right = horizontal(bar.x + width / 2),
          let top = vertical(bar.y)
        else { return nil }
        return """
          <rect x="\(Self.number(left))" y="\(Self.number(min(top, base)))" \
          width="\(Self.number(max(0.5, right - left - 1)))" height="\(Self.number(abs(base - top)))"/>
          """
      }
      return "<g style=\"fill:var(--s\(series % 8));opacity:.75\">\(drawn)</g>"
    case .level(let value):
      guard let at = vertical(value) else { return "" }
      return """
        <line class="rule" x1="\(Self.number(Self.left))" x2="\(Self.number(width - right))" \
        y1="\(Self.number(at))" y2="\(Self.number(at))"/>
        """
    case .rule(let from, let to):
      guard let x1 = horizontal(from.x), let y1 = vertical(from.y), let x2 = horizontal(to.x),
        let y2 = vertical(to.y)
      else { return "" }
      return """
        <line class="rule" x1="\(Self.number(x1))" y1="\(Self.number(y1))" x2="\(Self.number(x2))" \
        y2="\(Self.number(y2))"/>
        """
    }
  }

  // MARK: - Places

  private func horizontal(_ value: Double) -> Double? {
    x.place(value).map { Self.left + Self.within($0) * (width - Self.left - right) }
  }

  private func vertical(_ value: Double) -> Double? {
    y.place(value).map {
      height - Self.bottom - Self.within($0) * (height - Self.top - Self.bottom)
    }
  }

  /// What lies far outside is drawn at the edge's other side, never at a coordinate without end.
  private static func within(_ share: Double) -> Double { min(1.02, max(-0.02, share)) }

  /// About how wide a text is drawn in a face of 11 units.
  static func width(of text: String) -> Double {
    text.reduce(0) { width, character in
      width
        + (character.isUppercase || "mw_".contains(character)
          ? 8 : "iljtf.,'|".contains(character) ? 4 : 6.6)
    }
  }

  /// A tenth of a pixel is enough.
  static func number(_ value: Double) -> String {
    let tenths = (value * 10).rounded()
    guard tenths.isFinite, abs(tenths) < 1e9 else { return "0" }
    let whole = Int(tenths)
    return whole % 10 == 0
      ? "\(whole / 10)" : "\(whole < 0 ? "-" : "")\(abs(whole) / 10).\(abs(whole) % 10)"
  }
}
