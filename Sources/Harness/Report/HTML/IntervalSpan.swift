import Metrics

/// Intervals drawn on one scale, one a row of a table.
struct IntervalSpan {
  private let axis: ChartAxis
  private let digits: Int
  /// A value that every row is held against, such as that of the oracle.
  private let mark: Double?

  init(_ scores: [LeaderboardRow.Score], digits: Int = 3, mark: Double? = nil) {
    axis = ChartAxis(
      "", covering: scores.flatMap { [$0.mean, $0.low, $0.high].compactMap { $0 } },
      including: [0] + (mark.map { [$0] } ?? []))
    (self.digits, self.mark) = (digits, mark)
  }

  func svg(_ score: LeaderboardRow.Score?, isYardstick: Bool = false) -> HTML {
    guard let score, let mean = score.mean, let at = axis.place(mean) else { return "–" }
    func x(_ share: Double) -> String { Chart.number(4 + share * 162) }
    func line(_ value: Double, _ kind: String) -> HTML {
      guard let place = axis.place(value) else { return "" }
      return "<line class=\"\(kind)\" x1=\"\(x(place))\" x2=\"\(x(place))\" y1=\"0\" y2=\"18\"/>"
    }
    let colour = isYardstick ? "var(--soft)" : "var(--s0)"
    var bar: HTML = ""
    var words = Score.plain(mean, digits: digits)
    if let low = score.low, let high = score.high, let from = axis.place(low),
      let to = axis.place(high)
    {
      words += ", from \(Score.plain(low, digits: digits)) to \(Score.plain(high, digits: digits))"
      bar = """
        <line x1="\(x(from))" x2="\(x(to))" y1="9" y2="9" \
        style="stroke:\(colour);stroke-width:3;opacity:.55"/>
        """
    }
    return """
      <svg viewBox="0 0 170 18" role="img" aria-label="\(words)"><title>\(words)</title>\
      \(line(0, "zero"))\(mark.map { line($0, "rule") } ?? "")\(bar)\
      <circle cx="\(x(at))" cy="9" r="3.6" style="fill:\(colour)"/></svg>
      """
  }
}

extension LeaderboardRow.Score {
  init(_ difference: GeneratorVerdict.Difference) {
    self.init(
      mean: difference.mean, low: difference.low, high: difference.high, undefinedDates: 0)
  }

  init(_ score: SeriesScore) {
    self.init(mean: score.mean, low: score.low, high: score.high, undefinedDates: 0)
  }
}
