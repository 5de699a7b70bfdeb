import Datasets
import Foundation
import HDF5
import Market
import Testing

@Suite struct SampleSetFileTests {
  @Test func roundTrips() throws {
    try StorageFixture.inFolder { folder in
      let path = folder + "/rows.h5"
      let content = try StorageFixture.madeRows()
      let hash = try SampleSetFile.write(content, StorageFixture.metadata, to: path)
      let (read, metadata) = try SampleSetFile.read(path)
      #expect(read == content && metadata.contentSHA256 == hash)
      let before = try StorageFixture.bytes(path)
      try SampleSetFile.write(content, StorageFixture.metadata, to: path)
      #expect(try StorageFixture.bytes(path) == before)
    }
  }

  @Test func isDescribedAndToldFromPaths() throws {
    try StorageFixture.inFolder { folder in
      let path = folder + "/rows.h5"
      try SampleSetFile.write(StorageFixture.madeRows(), StorageFixture.metadata, to: path)
      let summary = try FileSummary(describing: path)
      #expect(summary.kind == .samples && summary.rows == 3 && summary.paths == nil)
      let windows = try #require(summary.windows)
      #expect((windows.crossSections, windows.steps, windows.columns) == (2, 2, 2))
      #expect(summary.dates == 2 && summary.lastDate == "1970-04-14")
      #expect(
        summary.description.contains("windows     2 steps × 2 columns, in 2 cross-sections"))
      let refused: [() throws -> Void] = [
        { _ = try PanelFile.read(path) }, { _ = try PanelFile.readPaths(path) },
      ]
      for read in refused {
        #expect {
          try read()
        } throws: { error in
          "\(error)".hasPrefix(path) && "\(error)".contains("training rows")
        }
      }
      let panel = try StorageFixture.panel(dates: 3, assets: 2)
      try PanelFile.write(paths: [panel], StorageFixture.metadata, to: path)
      #expect(throws: StorageError.self) { try SampleSetFile.read(path) }
      try PanelFile.write(panel, StorageFixture.metadata, to: path)
      #expect(
        throws: StorageError.kind(file: path, found: "panel", accepted: ["samples"])
      ) { try SampleSetFile.read(path) }
    }
  }

  @Test func aFlippedByteIsNoticedOrHarmless() throws {
    try StorageFixture.inFolder { folder in
      let path = folder + "/rows.h5"
      let content = try StorageFixture.madeRows()
      try SampleSetFile.write(content, StorageFixture.metadata, to: path)
      let whole = try StorageFixture.bytes(path)
      var random = SeedTree(root: 5).stream("flip")
      var noticed = 0
      for _ in 0..<200 {
        let offset = Int.random(in: 0..<whole.count, using: &random)
        var flipped = whole
        flipped[offset] ^= 0x80
        try StorageFixture.put(flipped, at: path)
        do {
          #expect(try SampleSetFile.read(path).content == content)
        } catch let error as StorageError {
          #expect(error.description.hasPrefix(path + ": "))
          noticed += 1
        }
      }
      #expect(noticed > 20)
    }
  }

  @Test func rowsBeyondTheMarketAreRefused() throws {
    let content = try StorageFixture.madeRows()
    #expect(throws: SampleSetError.self) {
      try SampleSetFile.Content(
        content.set, calendar: content.calendar, assets: Array(content.assets.prefix(2)))
    }
    #expect(throws: SampleSetError.self) {
      try SampleSetFile.Content(
        content.set,
        calendar: TradingCalendar([TradingDate(daysSinceEpoch: 100)]), assets: content.assets)
    }
  }
}
