/// One colour a model, the same in every picture of a report.
///
/// As many as eye can tell apart; the models after them in the leaderboard, and yardsticks, are grey.
struct ModelColours {
  static let grey = 7
  private let series: [String: Int]

  init(_ leaderboard: Leaderboard) {
    let models = leaderboard.rows.filter { !$0.isYardstick && $0.rankIC != nil }
      .map(\.name).uniqued()
    series = Dictionary(
      uniqueKeysWithValues: models.prefix(Self.grey).enumerated().map { ($1, $0) })
  }

  func series(of name: String) -> Int { series[name] ?? Self.grey }

  /// The names in the order given, and one for all that are grey.
  func legend(_ names: [String]) -> [(name: String, series: Int)] {
    let shown = names.filter { series[$0] != nil }.map { (name: $0, series: series(of: $0)) }
    let rest = names.filter { series[$0] == nil }
    return shown
      + (rest.isEmpty
        ? []
        : [(name: rest.count <= 2 ? rest.joined(separator: ", ") : "others", series: Self.grey)])
  }
}
