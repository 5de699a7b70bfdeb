import Datasets
import Foundation
import Market
import Testing

/// A folder of made-up files that goes away with the value.
final class Scratch {
  let folder: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    folder = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func write(_ bytes: [UInt8], as name: String = "prices.csv") throws -> String {
    let path = "\(folder)/\(name)"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  func write(_ text: String, as name: String = "prices.csv") throws -> String {
    try write(Array(text.utf8), as: name)
  }
}

/// Options as the command line would set them.
func options(_ flags: [String: String]) throws -> ImportOptions {
  var options = ImportOptions()
  for (flag, value) in flags { try options.set(flag, to: value) }
  return options
}

typealias Imported = (panel: Panel, report: ImportReport)

/// Imports one made-up file.
func imported(
  _ text: String, _ flags: [String: String] = [:], as name: String = "prices.csv"
) throws -> Imported {
  let scratch = try Scratch()
  return try CSVImporter(options: options(flags)).panel(from: [scratch.write(text, as: name)])
}

/// The message with which a made-up file is refused, without the folder.
func refusal(
  _ bytes: [UInt8], _ flags: [String: String] = [:], as name: String = "prices.csv",
  _ location: SourceLocation = #_sourceLocation
) throws -> String {
  let scratch = try Scratch()
  let path = try scratch.write(bytes, as: name)
  do {
    _ = try CSVImporter(options: options(flags)).panel(from: [path])
    Issue.record("imported without an error", sourceLocation: location)
    return ""
  } catch let error as any UserFacingError {
    #expect(!error.description.contains("\n"), sourceLocation: location)
    return error.description.replacingOccurrences(of: scratch.folder + "/", with: "")
  }
}

func refusal(
  _ text: String, _ flags: [String: String] = [:], as name: String = "prices.csv",
  _ location: SourceLocation = #_sourceLocation
) throws -> String {
  try refusal(Array(text.utf8), flags, as: name, location)
}

extension Panel {
  /// Values of one field, date by date, with `nil` for missing.
  func table(_ field: String) throws -> [[Float?]] {
    let index = try index(of: field, for: "this test")
    return (0..<dates).map { date in
      (0..<assets).map { asset in
        let value = self[date, asset, index]
        return value.isNaN ? nil : value
      }
    }
  }

  var days: [String] { calendar.dates.map(\.description) }
}

extension [ImportReport.Finding] {
  subscript(what: String) -> Int? { first { $0.what.contains(what) }?.count }
}
