import Datasets
import Foundation

/// Times reading a CSV file into a panel in memory, on one thread.
enum Import {
  static let usage = "PRICES.csv[.gz]"

  /// Prints the seconds from the path to the panel as its last word.
  static func run(_ arguments: [String]) throws {
    guard arguments.count == 1 else { throw UsageError("speed import \(usage)") }
    let start = ContinuousClock.now
    let panel = try CSVImporter().panel(from: [arguments[0]]).panel
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    print("import: \(panel.dates) dates, \(panel.assets) assets in seconds", seconds)
  }
}
