import Datasets
import Foundation
import HDF5
import Market
import Testing

@Suite struct DamagedFileTests {
  /// The panel, or the error; anything else fails the test (and a crash would end it).
  private func outcome(_ path: String) throws -> Result<Panel, StorageError> {
    do {
      return .success(try PanelFile.read(path).panel)
    } catch let error as StorageError {
      #expect(error.description.hasPrefix(path + ": "))
      #expect(!error.description.contains("\n"))
      return .failure(error)
    }
  }

  @Test func truncatedAnywhere() throws {
    try StorageFixture.inFolder { folder in
      let path = folder + "/panel.h5"
      try PanelFile.write(
        StorageFixture.panel(dates: 50, assets: 20), StorageFixture.metadata, to: path)
      let whole = try StorageFixture.bytes(path)
      var random = SeedTree(root: 2).stream("truncate")
      let offsets =
        [0, 1, 7, 8, 47, whole.count - 1]
        + (0..<50).map { _ in Int.random(in: 0..<whole.count, using: &random) }
      for offset in offsets {
        try StorageFixture.put(Array(whole[..<offset]), at: path)
        guard case .failure(let error) = try outcome(path) else {
          Issue.record("cut at \(offset) of \(whole.count), the file was still read")
          continue
        }
        switch error {
        case .notHDF5: #expect(offset < 8)
        case .damaged: break
        default: Issue.record("cut at \(offset): \(error)")
        }
      }
    }
  }

  @Test(arguments: [UInt8(0x01), 0x80, 0xff])
  func aFlippedByteIsNoticedOrHarmless(mask: UInt8) throws {
    try StorageFixture.inFolder { folder in
      let path = folder + "/panel.h5"
      let panel = try StorageFixture.smallPanel()
      try PanelFile.write(panel, StorageFixture.metadata, to: path)
      let whole = try StorageFixture.bytes(path)
      var random = SeedTree(root: UInt64(mask)).stream("flip")
      var noticed = 0
      for _ in 0..<300 {
        let offset = Int.random(in: 0..<whole.count, using: &random)
        var flipped = whole
        flipped[offset] ^= mask
        try StorageFixture.put(flipped, at: path)
        switch try outcome(path) {
        case .failure: noticed += 1
        case .success(let read): #expect(read == panel, "flipped byte \(offset)")
        }
      }
      #expect(noticed > 50)
    }
  }

  @Test func aFlippedByteInTheValuesIsAlwaysNoticed() throws {
    try StorageFixture.inFolder { folder in
      let path = folder + "/panel.h5"
      try PanelFile.write(
        StorageFixture.panel(dates: 100, assets: 50), StorageFixture.metadata, to: path)
      let whole = try StorageFixture.bytes(path)
      // The one chunk of values is most of the file; its middle half is surely inside.
      var random = SeedTree(root: 3).stream("flip")
      for _ in 0..<40 {
        let offset = Int.random(in: whole.count / 4..<whole.count * 3 / 4, using: &random)
        var flipped = whole
        flipped[offset] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        try StorageFixture.put(flipped, at: path)
        let result = try outcome(path)
        guard case .failure(.damaged(_, "/values", _)) = result else {
          Issue.record("a flip at \(offset) of \(whole.count): \(result)")
          continue
        }
      }
    }
  }

  static let spoiled: [(name: String, spoil: @Sendable (inout PanelParts) -> Void, says: String)] =
    [
      ("other schema", { $0.schema = 2 }, "schema is 2; this version reads schema 1"),
      ("no schema", { $0.schema = nil }, "schema is absent"),
      ("other kind", { $0.kind = "weights" }, "kind is 'weights'"),
      ("predictions", { $0.kind = "predictions" }, "needed here: panel or samples"),
      ("no kind", { $0.without = ["kind"] }, "it has no attribute kind"),
      ("no title", { $0.without = ["title"] }, "it has no attribute title"),
      ("no dates", { $0.without = ["/dates"] }, "it has no /dates"),
      ("no assets", { $0.without = ["/assets"] }, "it has no /assets"),
      ("no fields", { $0.without = ["/fields"] }, "it has no /fields"),
      ("no values", { $0.without = ["/values"] }, "it has no /values"),
      ("no attributes", { $0.without = ["/attributes"] }, "it has no /attributes"),
      ("rank", { $0.shape = [6, 1] }, "/values is float32, 2 axes; expected: float32, 3 axes"),
      ("shape", { $0.shape = [2, 3, 1] }, "/values is [2, 3, 1]; expected: [3, 2, 1]"),
      ("kind and rank", { $0.kind = "samples" }, "float32, 3 axes; expected: float32, 4 axes"),
      ("dates out of order", { $0.days = [10, 12, 11] }, "1970-01-12 follows 1970-01-13"),
      ("date twice", { $0.days = [10, 10, 11] }, "dates must increase strictly"),
      ("unit", { $0.units = "seconds" }, "the unit of /dates is 'seconds'"),
      ("asset twice", { $0.assets = ["A", "A"] }, "asset 'A' is listed twice"),
      ("empty asset", { $0.assets = ["A", ""] }, "an asset has an empty name"),
      (
        "attribute length", { $0.attributes = ["s": ["x"]] },
        "/attributes/s is 1; expected: 2 values"
      ),
      ("hash", { _ in }, "does not match its hash"),
    ]

  @Test(arguments: spoiled.indices)
  func saysWhatIsWrong(_ index: Int) throws {
    let (name, spoil, message) = Self.spoiled[index]
    try StorageFixture.inFolder { folder in
      let path = folder + "/panel.h5"
      var parts = PanelParts()
      spoil(&parts)
      try parts.write(to: path)
      guard case .failure(let error) = try outcome(path) else {
        Issue.record("\(name): read without an error")
        return
      }
      #expect(error.description.contains(message), "\(name): \(error)")
    }
  }

  /// The hash is right here, so only the value itself can be refused.
  @Test func infiniteValuesAndRepeatedFields() throws {
    try StorageFixture.inFolder { folder in
      let path = folder + "/panel.h5"
      for change in 0..<2 {
        var parts = PanelParts()
        if change == 0 {
          parts.values[3] = .infinity
        } else {
          (parts.fields, parts.days, parts.shape) = (["f", "f"], [10], [1, 2, 2])
          parts.values = [1, 2, 3, 4]
        }
        try parts.write(to: path)
        guard case .failure(.contentHash(_, _, let right)) = try outcome(path) else {
          Issue.record("the placeholder hash was accepted")
          return
        }
        try FileManager.default.removeItem(atPath: path)
        parts.hash = right
        try parts.write(to: path)
        let message = change == 0 ? "close of B on 1970-01-12 is infinite" : "'f' is listed twice"
        guard case .failure(let error) = try outcome(path) else {
          Issue.record("\(message): read without an error")
          return
        }
        #expect(error.description.contains(message))
        #expect(throws: StorageError.self) { try FileSummary(describing: path) }
        try FileManager.default.removeItem(atPath: path)
      }
    }
  }

  @Test(arguments: [1 << 24, 1 << 36, 1 << 62, Int.max])
  func absurdSizesAreRefusedBeforeAnyAllocation(count: Int) throws {
    try StorageFixture.inFolder { folder in
      let path = folder + "/panel.h5"
      var parts = PanelParts()
      parts.without = ["/dates"]
      parts.extra = { file in
        try file.createDataset("/dates", of: Int32.self, shape: [count], chunk: [1 << 20])
        if count == 1 << 24 {
          try file.write([1, 2] as [Int32], to: "/dates", start: [0], count: [2])
        }
        try file.setAttribute("units", of: "/dates", to: "days since 1970-01-01")
      }
      try parts.write(to: path)
      guard case .failure(.damaged(_, "/dates", let reason)) = try outcome(path) else {
        Issue.record("\(count) dates were accepted")
        return
      }
      #expect(reason.contains("it declares"))
    }
  }

  @Test func notAFileOfThisKind() throws {
    try StorageFixture.inFolder { folder in
      let path = folder + "/panel.h5"
      #expect(throws: StorageError.noSuchFile(path)) { try PanelFile.read(path) }
      #expect(throws: StorageError.noSuchFile(path + "/x")) { try PanelFile.read(path + "/x") }
      #expect(throws: StorageError.isDirectory(folder)) { try PanelFile.read(folder) }
      try StorageFixture.put(Array("date,ticker,close\n".utf8), at: path)
      #expect(throws: StorageError.notHDF5(path)) { try PanelFile.read(path) }
      try StorageFixture.put([], at: path)
      #expect(throws: StorageError.notHDF5(path)) { try PanelFile.read(path) }
      #expect(throws: StorageError.notHDF5("/dev/null")) { try PanelFile.read("/dev/null") }
    }
  }

  @Test func anotherHDF5FileIsNotOneOfOurs() throws {
    try StorageFixture.inFolder { folder in
      let path = folder + "/foreign.h5"
      let file = try HDF5File(creating: path)
      try file.write([Double(1), 2], as: "/x", shape: [2], chunk: [2])
      try file.close()
      #expect(
        throws: StorageError.schema(file: path, found: "absent (not written by qbench)")
      ) { try PanelFile.read(path) }
    }
  }
}
