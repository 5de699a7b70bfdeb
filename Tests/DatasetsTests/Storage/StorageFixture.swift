import Datasets
import Foundation
import HDF5
import Market

/// Files and panels that the storage tests share.
enum StorageFixture {
  /// Runs a test in a folder of its own, removed afterwards.
  static func inFolder<Value>(_ body: (_ folder: String) throws -> Value) throws -> Value {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("qbench-storage-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  static func put(_ bytes: [UInt8], at path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  static func golden(_ name: String) throws -> String {
    guard let url = Bundle.module.url(forResource: "Goldens/\(name)", withExtension: nil) else {
      throw CocoaError(.fileNoSuchFile)
    }
    return url.path
  }

  /// Three dates, four assets, five fields; unusual texts, missing values and extreme numbers.
  static func smallPanel() throws -> Panel {
    var values = (0..<60).map { Float($0) * 0.25 + 100 }
    values[7] = .nan
    values[8] = -0.0
    values[9] = .leastNonzeroMagnitude
    values[10] = .greatestFiniteMagnitude
    for index in 40..<45 { values[index] = .nan }
    return try Panel(
      calendar: TradingCalendar([-1, 0, 17_569].map(TradingDate.init(daysSinceEpoch:))),
      universe: Universe(
        ["ABC", "BRK.B", "Örsted", "三菱"],
        attributes: [
          "sector": ["tech", nil, "énergie", "tech"], "country": ["US", "US", "DK", nil],
        ]
      ),
      fields: Panel.usualFields, values: values)
  }

  /// Random prices with gaps, of any size.
  static func panel(dates: Int, assets: Int, fields: Int = 5, seed: UInt64 = 1) throws -> Panel {
    var random = SeedTree(root: seed).stream("storage")
    let values = (0..<dates * assets * fields).map { _ -> Float in
      random.uniform() < 0.1 ? .nan : Float(100 + 10 * random.normal())
    }
    return try Panel(
      calendar: TradingCalendar(
        (0..<dates).map { TradingDate(daysSinceEpoch: Int32(16_000 + $0)) }),
      universe: Universe((0..<assets).map { "A\($0)" }),
      fields: (0..<fields).map { "f\($0)" }, values: values)
  }

  static let metadata = FileMetadata(
    title: "A small panel", source: "made by hand", generator: "", spec: #"{"note":"ü"}"#,
    seed: .max, parentSHA256: String(repeating: "0", count: 64), createdBy: "qbench test")

  /// Three rows in two cross-sections, of two steps and two columns.
  static func madeRows() throws -> SampleSetFile.Content {
    try SampleSetFile.Content(
      SampleSet(
        columns: ["ROC5", "größe"], steps: 2,
        crossSections: [
          .init(excessDate: 0, marketDate: 1, assets: [0, 2]),
          .init(excessDate: 3, marketDate: 1, assets: [1]),
        ], windows: (0..<12).map { 0.25 * Float($0) - 1 }, labels: [0.5, -0.5, 1],
        weights: [1, 0.75, 1.25]),
      calendar: TradingCalendar([100, 101, 102, 103].map(TradingDate.init(daysSinceEpoch:))),
      assets: ["ABC", "Örsted", "三菱"])
  }

  static func predictions() throws -> PredictionRows {
    try PredictionRows(
      assets: ["ABC", "Örsted", "三菱"],
      date: [100, 100, 101, 103].map(TradingDate.init(daysSinceEpoch:)), asset: [0, 2, 1, 0],
      prediction: [0.5, -0.25, 0, 1e-8], label: [1, -1, .nan, 0.5],
      realizedReturn: [0.01, -0.02, .nan, 0],
      cell: ["key": "abc123", "family": "linear", "note": ""])
  }
}

/// The parts of a panel file, each of which a test can spoil.
struct PanelParts {
  var days: [Int32] = [10, 11, 12]
  var units = "days since 1970-01-01"
  var assets = ["A", "B"]
  var fields = ["close"]
  var values: [Float] = [1, 2, 3, 4, 5, 6]
  var shape = [3, 2, 1]
  var attributes: [String: [String]] = ["sector": ["x", "y"]]
  var schema: Int64? = 1
  var kind = "panel"
  var hash = String(repeating: "0", count: 64)
  /// Objects and root attributes that are left out.
  var without: Set<String> = []
  /// Writes whatever else a test needs.
  var extra: (HDF5File) throws -> Void = { _ in }

  func write(to path: String) throws {
    let file = try HDF5File(creating: path)
    if !without.contains("/dates") {
      try file.write(days, as: "/dates", shape: [days.count], chunk: [max(1, days.count)])
      try file.setAttribute("units", of: "/dates", to: units)
    }
    if !without.contains("/assets") { try file.write(assets, as: "/assets") }
    if !without.contains("/fields") { try file.write(fields, as: "/fields") }
    if !without.contains("/values") {
      try file.write(values, as: "/values", shape: shape, chunk: shape.map { max(1, $0) })
    }
    if !without.contains("/attributes") {
      try file.createGroup("/attributes")
      for (name, values) in attributes { try file.write(values, as: "/attributes/\(name)") }
    }
    try extra(file)
    if let schema { try file.setAttribute("schema", to: schema) }
    let texts = [
      "kind": kind, "title": "t", "source": "", "generator": "", "spec": "", "parent_sha256": "",
      "created_by": "test", "content_sha256": hash,
    ]
    for (name, value) in texts where !without.contains(name) {
      try file.setAttribute(name, to: value)
    }
    try file.close()
  }
}
