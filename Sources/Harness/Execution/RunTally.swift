import Foundation

/// How far a run has come, as one line tells it.
public struct RunTally: Sendable, Equatable {
  public let cells: Int
  public let markets: Int
  public private(set) var doneCells = 0
  public private(set) var doneMarkets = 0
  public private(set) var failedCells = 0

  /// Of the cells and markets that are to be carried out.
  public init(cells: Int, markets: Int) { (self.cells, self.markets) = (cells, markets) }

  public mutating func add(_ record: CellRecord) {
    doneCells += 1
    if record.failure != nil { failedCells += 1 }
  }

  public mutating func addMarket() { doneMarkets += 1 }

  /// Such as `██░░ 2/5  1/3 markets  0.4 cells/s  7.5 s left  1 failed`.
  ///
  /// Markets are shown for as long as some are missing. Before a cell is done nobody knows how fast they go.
  public func line(after elapsed: Duration) -> String {
    let (width, all) = (24, cells + markets)
    let filled = all == 0 ? width : width * (doneCells + doneMarkets) / all
    var parts = [
      String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        + " \(doneCells)/\(cells)"
    ]
    if doneMarkets < markets { parts.append("\(doneMarkets)/\(markets) markets") }
    if doneCells > 0 {
      let rate = Double(doneCells) / max(elapsed.seconds, 1e-9)
      parts.append(String(format: "%.1f cells/s", rate))
      parts.append("\(Self.text(seconds: Double(cells - doneCells) / rate)) left")
    }
    if failedCells > 0 { parts.append("\(failedCells) failed") }
    return parts.joined(separator: "  ")
  }

  /// Such as `7.5 s`, `3 min 20 s` or `2 h 5 min`.
  public static func text(seconds: Double) -> String {
    if seconds < 60 { return String(format: "%.1f s", seconds) }
    let whole = Int(min(seconds, 1e9).rounded())
    return whole < 3600
      ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
