import Datasets
import Foundation
import Market

/// Times one feature set over a panel in a file, on one thread.
enum Features {
  static let usage = "PANEL.csv|PANEL.h5 [OUT.f32]"

  /// Prints the seconds of the computation alone as its last word.
  ///
  /// OUT gets the values, date by date and asset by asset, as 32-bit floats.
  static func run(_ id: String, _ arguments: [String]) throws {
    guard (1...2).contains(arguments.count) else { throw UsageError("speed \(id) \(usage)") }
    let entry = try featureRegistry.require(id)
    let panel = try read(arguments[0])
    let options = try entry.resolve(Data())
    let start = ContinuousClock.now
    let features = try entry.compute(panel, options)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    if arguments.count == 2 { try write(features, to: arguments[1]) }
    print(
      "\(id): \(features.dates) dates, \(features.assets) assets, \(features.columns.count) columns",
      "in seconds", seconds)
  }

  private static func read(_ path: String) throws -> Panel {
    path.hasSuffix(".h5")
      ? try PanelFile.read(path).panel : try CSVImporter().panel(from: [path]).panel
  }

  private static func write(_ features: FeaturePanel, to path: String) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let file = FileHandle(forWritingAtPath: path)
    else { throw UsageError("cannot write \(path)") }
    let columns = features.columns.indices
    for date in 0..<features.dates {
      let values = (0..<features.assets).flatMap { asset in
        columns.map { features[date, asset, $0] }
      }
      try file.write(contentsOf: values.withUnsafeBytes { Data($0) })
    }
    try file.close()
  }
}
