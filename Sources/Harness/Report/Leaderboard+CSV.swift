import Metrics

extension Leaderboard {
  /// `leaderboard.csv`: one line a row, mean and interval of every metric; undefined is empty.
  public func csv() -> String {
    let metrics = metricRegistry.ids
    var lines = [
      ([
        "training_source", "family", "name", "yardstick", "seeds", "folds", "failed",
        "share_of_oracle",
      ] + metrics.flatMap { [$0, "\($0)_low", "\($0)_high"] }).joined(separator: ",")
    ]
    func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
    for row in rows {
      var cells = [
        quoted(row.trainingSource), quoted(row.family), quoted(row.name), "\(row.isYardstick)",
        "\(row.seeds)", "\(row.folds)", "\(row.failed)", number(row.shareOfOracle),
      ]
      for id in metrics {
        let score = row.metrics[id]
        cells += [number(score?.mean), number(score?.low), number(score?.high)]
      }
      lines.append(cells.joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A field as RFC 4180 wants it: quoted where it holds a comma, a quote or a line break.
  private func quoted(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    let inner = text.split(separator: "\"", omittingEmptySubsequences: false)
    return "\"" + inner.joined(separator: "\"\"") + "\""
  }
}
