import Foundation

/// Average ranks on a line, names beside it, and bars over those that are not told apart.
///
/// After Demšar (2006), *Statistical Comparisons of Classifiers over Multiple Data Sets*, figure 1.
struct CriticalDifferenceDiagram {
  let ranks: Comparisons.Ranks
  var width = 860.0

  private var sides: Double { 24 + (ranks.ranks.map { Chart.width(of: $0.name) }.max() ?? 0) }
  private var axis: Double { 66 }
  private static let bar = 9.0
  private static let line = 19.0

  /// Ranks from 1 at the left to as many as there are models.
  private func x(_ rank: Double) -> Double {
    let most = Double(max(2, ranks.ranks.count))
    return sides + (rank - 1) / (most - 1) * (width - 2 * sides)
  }

  func svg() -> HTML {
    let count = ranks.ranks.count
    let bars = axis + 10 + Self.bar * Double(ranks.groups.count)
    let left = (count + 1) / 2
    let height = bars + 12 + Self.line * Double(left)
    let words = ranks.ranks.map { "\($0.name) \(Score.plain($0.average, digits: 2))" }
      .joined(separator: ", ")
    let title =
      "Average ranks, critical difference \(Score.plain(ranks.criticalDifference, digits: 2))"
    var parts: [HTML] = ["<title>\(title)</title><desc>\(words)</desc>", ruler, scale]
    for (place, rank) in ranks.ranks.enumerated() {
      parts.append(
        model(
          rank, isLeft: place < left,
          at: bars + 14 + Self.line * Double(place < left ? place : count - 1 - place)))
    }
    let places = Dictionary(
      ranks.ranks.map { ($0.name, $0.average) }, uniquingKeysWith: { first, _ in first })
    for (row, group) in ranks.groups.enumerated() {
      let found = group.compactMap { places[$0] }
      guard let low = found.min(), let high = found.max() else { continue }
      let y = axis + 10 + Self.bar * Double(row)
      parts.append(
        """
        <line x1="\(Chart.number(x(low) - 4))" x2="\(Chart.number(x(high) + 4))" y1="\(Chart.number(y))" \
        y2="\(Chart.number(y))" style="stroke:var(--s1);stroke-width:4;stroke-linecap:round">\
        <title>not told apart: \(group.joined(separator: ", "))</title></line>
        """)
    }
    return """
      <svg viewBox="0 0 \(Chart.number(width)) \(Chart.number(height))" role="img" \
      aria-label="\(title): \(words)">\(parts)</svg>
      """
  }

  /// How far apart two models must be, to scale.
  private var ruler: HTML {
    let (from, to) = (x(1), min(x(1 + ranks.criticalDifference), width - 8))
    return """
      <path class="rank" d="M\(Chart.number(from)) 14v8M\(Chart.number(from)) 18H\(Chart.number(to))\
      M\(Chart.number(to)) 14v8"/><text x="\(Chart.number((from + to) / 2))" y="11" \
      text-anchor="middle">critical difference \(Score.plain(ranks.criticalDifference, digits: 2))</text>
      """
  }

  private var scale: HTML {
    let count = ranks.ranks.count
    let marks = (1...max(2, count)).map { rank -> HTML in
      """
      <path class="rank" d="M\(Chart.number(x(Double(rank)))) \(Chart.number(axis))v-7"/>\
      <text x="\(Chart.number(x(Double(rank))))" y="\(Chart.number(axis - 12))" \
      text-anchor="middle">\(rank)</text>
      """
    }
    return """
      <path class="rank" d="M\(Chart.number(x(1))) \(Chart.number(axis))\
      H\(Chart.number(x(Double(max(2, count)))))"/>\(marks)
      """
  }

  private func model(_ rank: Comparisons.Ranks.Rank, isLeft: Bool, at y: Double) -> HTML {
    let place = x(rank.average)
    let end = isLeft ? sides - 12 : width - sides + 12
    return """
      <path class="rank" d="M\(Chart.number(place)) \(Chart.number(axis))V\(Chart.number(y - 4))\
      H\(Chart.number(end))"/><circle cx="\(Chart.number(place))" cy="\(Chart.number(axis))" r="3" \
      style="fill:var(--s0)"/><text x="\(Chart.number(end + (isLeft ? -5 : 5)))" y="\(Chart.number(y))" \
      text-anchor="\(isLeft ? "end" : "start")" style="fill:var(--ink)">\(rank.name)\
      <title>average rank \(Score.plain(rank.average, digits: 2))</title></text>
      """
  }
}
