import Foundation
import Market
import Metrics

/// Times daily IC and RankIC over a panel of predictions and forward returns, on one thread.
enum DailyIC {
  static let usage = "FILE DATES ASSETS REPEATS"

  /// What is printed, as JSON, for the script that compares it with pandas.
  struct Report: Encodable {
    /// Of each repeat: grouping the rows and both correlations of every date.
    let seconds: [Double]
    /// `nil` where undefined.
    let ic: [Double?]
    let rankIC: [Double?]
  }

  /// FILE holds the predictions and then the returns, date by date, as 32-bit floats.
  static func run(_ arguments: [String]) throws {
    guard arguments.count == 4, let dates = Int(arguments[1]), let assets = Int(arguments[2]),
      let repeats = Int(arguments[3]), dates > 0, assets > 0, repeats > 0
    else { throw UsageError("speed daily-ic \(usage)") }
    let data = try Data(contentsOf: URL(filePath: arguments[0]))
    guard data.count == 8 * dates * assets else {
      throw UsageError("\(arguments[0]) has \(data.count) bytes, not 8 · \(dates) · \(assets)")
    }
    let numbers = data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    let predictions = Array(numbers[..<(dates * assets)])
    let returns = Array(numbers[(dates * assets)...])
    let keys = (0..<dates).flatMap { date in
      (0..<assets).map { SampleKey(date: date, asset: $0) }
    }
    let rules = ScoringRules(label: .standard, portfolio: try PortfolioSpec())

    var seconds: [Double] = []
    var last: DailyScores?
    for _ in 0..<repeats {
      let start = ContinuousClock.now
      let rows = ScoredRows(
        keys: keys, predictions: predictions, targets: returns, returns: returns)
      let scores = DailyScores(rows, rules: rules, for: [.ic, .rankIC])
      seconds.append((ContinuousClock.now - start) / .seconds(1))
      last = scores
    }
    guard let last else { return }
    func known(_ column: DailyColumn) -> [Double?] { last[column].map { $0.isNaN ? nil : $0 } }
    let report = Report(seconds: seconds, ic: known(.ic), rankIC: known(.rankIC))
    print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
  }
}
