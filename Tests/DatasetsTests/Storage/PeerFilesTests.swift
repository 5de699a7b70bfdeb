import Datasets
import Foundation
import Market
import Testing

/// What h5py sees in our files, and what we see in its files.
///
/// Goldens are written by `benchmarks/peers/read_with_h5py.py` and `write_with_h5py.py`.
@Suite struct PeerFilesTests {
  /// The part of the script's output that both kinds of file have, and what either adds.
  struct Seen: Decodable {
    struct Storage: Decodable {
      struct Values: Decodable {
        struct Axis: Decodable, Equatable {
          var label: String
          var scales: [String]
        }
        var dtype: String
        var shape: [Int]
        var compression: String
        var level: Int
        var shuffle: Bool
        var fletcher32: Bool
        var axes: [Axis]
      }
      var values: Values?
      var windows: Values?
    }
    var root: [String: JSONValue]
    var computed_sha256: String
    var date_units: String
    var assets: [String]
    var dates: [Int32]?
    var fields: [String]?
    var attributes: [String: [String]]?
    var values: [UInt32?]?
    var storage: Storage?
    var date: [Int32]?
    var asset: [Int32]?
    var prediction: [UInt32?]?
    var label: [UInt32?]?
    var `return`: [UInt32?]?
    var cell: [String: String]?
    var columns: [String]?
    var windows: [UInt32?]?
    var excess_date: [Int32]?
    var market_date: [Int32]?
    var cross_section: [Int32]?
    var weight: [UInt32?]?

    init(_ golden: String) throws {
      let path = try StorageFixture.golden(golden)
      self = try JSONDecoder().decode(Self.self, from: Data(StorageFixture.bytes(path)))
    }
  }

  private func bits(_ values: [Float]) -> [UInt32?] {
    values.map { $0.isNaN ? nil : $0.bitPattern }
  }

  @Test func h5pySeesEveryFieldOfAPanel() throws {
    let seen = try Seen("storage-panel.json")
    let panel = try StorageFixture.smallPanel()
    #expect(seen.dates == panel.calendar.dates.map(\.daysSinceEpoch))
    #expect(seen.date_units == "days since 1970-01-01")
    #expect(seen.assets == panel.universe.assets && seen.fields == panel.fields)
    #expect(seen.values == bits(panel.values))
    #expect(seen.attributes == panel.universe.attributes.mapValues { $0.map { $0 ?? "" } })
    let expected = StorageFixture.metadata
    #expect(seen.root["schema"] == .integer(1) && seen.root["kind"] == .string("panel"))
    #expect(seen.root["title"] == .string(expected.title))
    #expect(seen.root["source"] == .string(expected.source))
    #expect(seen.root["generator"] == .string(""))
    #expect(seen.root["spec"] == .string(expected.spec))
    #expect(seen.root["parent_sha256"] == .string(expected.parentSHA256))
    #expect(seen.root["created_by"] == .string(expected.createdBy))
    #expect(seen.root.count == 10)
    let storage = try #require(seen.storage?.values)
    #expect(storage.dtype == "<f4" && storage.shape == [3, 4, 5])
    #expect(storage.compression == "gzip" && storage.level == 4)
    #expect(storage.shuffle && storage.fletcher32)
    #expect(
      storage.axes
        == ["dates", "assets", "fields"].map { .init(label: $0, scales: ["/" + $0]) })
  }

  @Test func h5pySeesEveryPath() throws {
    let seen = try Seen("storage-samples.json")
    let panels = try (1...2).map {
      try StorageFixture.panel(dates: 3, assets: 2, fields: 2, seed: UInt64($0))
    }
    #expect(seen.values == bits(panels.flatMap(\.values)))
    #expect(seen.storage?.values?.shape == [2, 3, 2, 2])
    #expect(seen.storage?.values?.axes.map(\.label) == ["paths", "dates", "assets", "fields"])
    #expect(seen.root["kind"] == .string("samples"))
  }

  @Test func h5pySeesEveryColumnOfPredictions() throws {
    let seen = try Seen("storage-predictions.json")
    let rows = try StorageFixture.predictions()
    #expect(seen.assets == rows.assets && seen.asset == rows.asset && seen.cell == rows.cell)
    #expect(seen.date == rows.date.map(\.daysSinceEpoch))
    #expect(seen.prediction == bits(rows.prediction) && seen.label == bits(rows.label))
    #expect(seen.return == bits(rows.realizedReturn))
  }

  @Test func h5pySeesEveryTrainingRow() throws {
    let seen = try Seen("storage-rows.json")
    let content = try StorageFixture.madeRows()
    let set = content.set
    #expect(seen.root["kind"] == .string("samples") && seen.columns == set.columns)
    #expect(seen.assets == content.assets && seen.asset == [0, 2, 1])
    #expect(seen.dates == content.calendar.dates.map(\.daysSinceEpoch))
    #expect(seen.excess_date == [100, 103] && seen.market_date == [101, 101])
    #expect(seen.cross_section == [0, 0, 1])
    #expect(seen.label == bits(set.labels) && seen.weight == bits(set.weights))
    #expect(seen.windows == bits(set.windows))
    let storage = try #require(seen.storage?.windows)
    #expect(
      storage.shape == [3, 2, 2] && storage.axes.map(\.label) == ["rows", "steps", "columns"])
    #expect(storage.compression == "gzip" && storage.shuffle && storage.fletcher32)
  }

  /// The script computes the digest from the documented byte layout, without code of ours.
  @Test(arguments: ["storage-panel", "storage-samples", "storage-predictions", "storage-rows"])
  func theContentHashIsTheDocumentedOne(_ name: String) throws {
    let seen = try Seen(name + ".json")
    #expect(seen.root["content_sha256"] == .string(seen.computed_sha256))
    let file = try StorageFixture.golden(name + ".h5")
    #expect(try FileSummary(describing: file).metadata.contentSHA256 == seen.computed_sha256)
    try StorageFixture.inFolder { folder in
      let written = try Self.write(name, to: folder + "/new.h5")
      #expect(written == seen.computed_sha256)
    }
  }

  /// Files written by the first version of the format stay readable.
  @Test func storedGoldensReadBack() throws {
    let panel = try PanelFile.read(StorageFixture.golden("storage-panel.h5"))
    #expect(panel.panel == (try StorageFixture.smallPanel()))
    #expect(panel.metadata.title == StorageFixture.metadata.title)
    let rows = try PredictionsFile.read(StorageFixture.golden("storage-predictions.h5")).rows
    #expect(rows == (try StorageFixture.predictions()))
    let made = try SampleSetFile.read(StorageFixture.golden("storage-rows.h5")).content
    #expect(made == (try StorageFixture.madeRows()))
  }

  @Test func aFileWrittenByH5pyIsRead() throws {
    let (panel, metadata) = try PanelFile.read(StorageFixture.golden("h5py-panel.h5"))
    var values = (0..<18).map { Float($0) + 0.5 }
    values[10] = .nan
    values[13] = .nan
    #expect(panel.values.map(\.bitPattern) == values.map(\.bitPattern))
    #expect(panel.calendar.dates.map(\.daysSinceEpoch) == [17000, 17001, 17004])
    #expect(panel.universe.assets == ["ALPHA", "Örsted", "三菱"])
    #expect(panel.universe.attributes == ["sector": ["energy", nil, "industry"]])
    #expect(panel.fields == ["close", "volume"])
    #expect(metadata.seed == 42 && metadata.spec == #"{"note": "ü"}"#)
    #expect(metadata.createdBy == "h5py" && metadata.parentSHA256.isEmpty)
  }

  @Test func absurdChunksAreRefused() throws {
    let path = try StorageFixture.golden("h5py-absurd-chunk.h5")
    #expect(
      throws: StorageError.damaged(
        file: path, object: "/dates",
        reason: "it declares chunks of 20000000 bytes for 12 bytes of values")
    ) { try PanelFile.read(path) }
  }

  @Test(
    .enabled(if: Peer.python != nil, "no Python with h5py; name one with QBENCH_PEER_PYTHON"),
    arguments: ["storage-panel", "storage-samples", "storage-predictions", "storage-rows"])
  func h5pyReadsNewFilesAsItReadTheGoldens(_ name: String) throws {
    try StorageFixture.inFolder { folder in
      let path = folder + "/new.h5"
      _ = try Self.write(name, to: path)
      let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../benchmarks/peers/read_with_h5py.py").path
      let golden = try StorageFixture.golden(name + ".json")
      #expect(try Peer.run([script, path]) == Data(StorageFixture.bytes(golden)))
    }
  }

  private static func write(_ name: String, to path: String) throws -> String {
    switch name {
    case "storage-panel":
      try PanelFile.write(StorageFixture.smallPanel(), StorageFixture.metadata, to: path)
    case "storage-samples":
      try PanelFile.write(
        paths: (1...2).map {
          try StorageFixture.panel(dates: 3, assets: 2, fields: 2, seed: UInt64($0))
        }, StorageFixture.metadata, to: path)
    case "storage-rows":
      try SampleSetFile.write(StorageFixture.madeRows(), StorageFixture.metadata, to: path)
    default:
      try PredictionsFile.write(StorageFixture.predictions(), StorageFixture.metadata, to: path)
    }
  }
}

/// A Python that has h5py, where there is one.
private enum Peer {
  static let python: String? = {
    let named = ProcessInfo.processInfo.environment["QBENCH_PEER_PYTHON"]
    let search = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let candidates = named.map { [$0] } ?? search.map { $0 + "/python3" }
    return candidates.first { candidate in
      FileManager.default.isExecutableFile(atPath: candidate)
        && (try? run(["-c", "import h5py"], python: candidate)) != nil
    }
  }()

  struct Failure: Error {}

  static func run(_ arguments: [String], python: String? = Self.python) throws -> Data {
    guard let python else { throw Failure() }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = ["-B"] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure() }
    return data
  }
}
