import Datasets
import HDF5
import Market
import Testing

@Suite struct PanelFileTests {
  @Test func roundTripsBitByBit() throws {
    try StorageFixture.inFolder { folder in
      let panel = try StorageFixture.smallPanel()
      let path = folder + "/panel.h5"
      let hash = try PanelFile.write(panel, StorageFixture.metadata, to: path)
      let (read, metadata) = try PanelFile.read(path)
      #expect(read == panel)
      #expect(read.values.map(\.bitPattern) == panel.values.map(\.bitPattern))
      #expect(read.mask == panel.mask)
      #expect(read.universe.attributes == panel.universe.attributes)
      #expect(metadata.contentSHA256 == hash && hash.count == 64)
      #expect(metadata.title == "A small panel" && metadata.seed == .max)
      #expect(metadata.spec == #"{"note":"ü"}"# && metadata.generator == "")
    }
  }

  @Test(arguments: [(1, 1), (40, 700), (2, 60_000), (3000, 3)])
  func roundTripsAcrossChunkBorders(_ size: (dates: Int, assets: Int)) throws {
    try StorageFixture.inFolder { folder in
      let panel = try StorageFixture.panel(dates: size.dates, assets: size.assets)
      try PanelFile.write(panel, StorageFixture.metadata, to: folder + "/panel.h5")
      #expect(try PanelFile.read(folder + "/panel.h5").panel == panel)
    }
  }

  @Test(arguments: [(0, 0, 0), (0, 3, 2), (3, 0, 2), (3, 2, 0)])
  func roundTripsEmptyAxes(_ size: (dates: Int, assets: Int, fields: Int)) throws {
    try StorageFixture.inFolder { folder in
      let panel = try StorageFixture.panel(
        dates: size.dates, assets: size.assets, fields: size.fields)
      try PanelFile.write(panel, StorageFixture.metadata, to: folder + "/panel.h5")
      #expect(try PanelFile.read(folder + "/panel.h5").panel == panel)
    }
  }

  @Test func equalContentGivesEqualBytes() throws {
    try StorageFixture.inFolder { folder in
      let panel = try StorageFixture.smallPanel()
      try PanelFile.write(panel, StorageFixture.metadata, to: folder + "/a.h5")
      // Another process state, another NaN, another order of building the attributes.
      _ = try PanelFile.read(folder + "/a.h5")
      var values = panel.values
      values[7] = Float(bitPattern: 0xffc0_0001)
      let attributes = Dictionary(
        uniqueKeysWithValues: panel.universe.attributes.map { ($0, $1) }.reversed())
      let same = try Panel(
        calendar: panel.calendar,
        universe: Universe(panel.universe.assets, attributes: attributes),
        fields: panel.fields, values: values)
      try PanelFile.write(same, StorageFixture.metadata, to: folder + "/b.h5")
      #expect(try StorageFixture.bytes(folder + "/a.h5") == StorageFixture.bytes(folder + "/b.h5"))
    }
  }

  @Test func theHashFollowsTheContentAlone() throws {
    try StorageFixture.inFolder { folder in
      let panel = try StorageFixture.smallPanel()
      let path = folder + "/panel.h5"
      let hash = try PanelFile.write(panel, StorageFixture.metadata, to: path)
      #expect(try PanelFile.write(panel, FileMetadata(title: "other"), to: path) == hash)
      for change in 0..<4 {
        var values = panel.values
        var attributes = panel.universe.attributes
        var assets = panel.universe.assets
        var dates = panel.calendar.dates
        switch change {
        case 0: values[8] = 0
        case 1: attributes["sector"] = ["tech", nil, "énergie", nil]
        case 2: assets[0] = "ABD"
        default: dates[0] = TradingDate(daysSinceEpoch: -2)
        }
        let other = try Panel(
          calendar: TradingCalendar(dates), universe: Universe(assets, attributes: attributes),
          fields: panel.fields, values: values)
        #expect(try PanelFile.write(other, StorageFixture.metadata, to: path) != hash)
      }
    }
  }

  @Test func anEmptyAttributeValueIsUnknown() throws {
    try StorageFixture.inFolder { folder in
      let panel = try Panel(
        calendar: TradingCalendar([TradingDate(daysSinceEpoch: 0)]),
        universe: Universe(["A", "B"], attributes: ["sector": ["", "x"]]),
        fields: ["close"], values: [1, 2])
      try PanelFile.write(panel, StorageFixture.metadata, to: folder + "/panel.h5")
      let read = try PanelFile.read(folder + "/panel.h5").panel
      #expect(read.universe.attributes["sector"] == [nil, "x"])
    }
  }

  @Test func manyAttributesAndALongSpec() throws {
    try StorageFixture.inFolder { folder in
      let names = (0..<20).map { "attribute \($0) é" }
      let panel = try Panel(
        calendar: TradingCalendar([TradingDate(daysSinceEpoch: 0)]),
        universe: Universe(
          ["A"], attributes: Dictionary(uniqueKeysWithValues: names.map { ($0, [$0]) })),
        fields: ["close"], values: [1])
      // Beyond the 64 KiB that fit into an object header.
      var metadata = StorageFixture.metadata
      metadata.spec = "{\"long\":\"" + String(repeating: "ü", count: 200_000) + "\"}"
      try PanelFile.write(panel, metadata, to: folder + "/a.h5")
      try PanelFile.write(panel, metadata, to: folder + "/b.h5")
      let read = try PanelFile.read(folder + "/a.h5")
      #expect(read.panel == panel && read.metadata.spec == metadata.spec)
      #expect(try StorageFixture.bytes(folder + "/a.h5") == StorageFixture.bytes(folder + "/b.h5"))
    }
  }

  @Test func severalPathsAreReadOneByOne() throws {
    try StorageFixture.inFolder { folder in
      let path = folder + "/samples.h5"
      let panels = try (1...3).map {
        try StorageFixture.panel(dates: 30, assets: 4, seed: UInt64($0))
      }
      try PanelFile.write(paths: panels, StorageFixture.metadata, to: path)
      for (index, panel) in panels.enumerated() {
        #expect(try PanelFile.read(path, path: index).panel == panel)
      }
      #expect(try PanelFile.readPaths(path).panels == panels)
      #expect(throws: StorageError.noSuchPath(file: path, asked: nil, paths: 3)) {
        try PanelFile.read(path)
      }
      for index in [-1, 3] {
        #expect(throws: StorageError.noSuchPath(file: path, asked: index, paths: 3)) {
          try PanelFile.read(path, path: index)
        }
      }
      try PanelFile.write(paths: [panels[0]], StorageFixture.metadata, to: path)
      #expect(try PanelFile.read(path).panel == panels[0])
    }
  }

  @Test func whatCannotBeStoredIsRefusedBeforeAnythingIsWritten() throws {
    try StorageFixture.inFolder { folder in
      let path = folder + "/panel.h5"
      func panel(attribute: String, asset: String = "A") throws -> Panel {
        try Panel(
          calendar: TradingCalendar([TradingDate(daysSinceEpoch: 0)]),
          universe: Universe([asset], attributes: [attribute: ["x"]]), fields: ["close"],
          values: [1])
      }
      for name in ["", "a/b", ".", "zero\0byte"] {
        #expect(throws: StorageError.self) {
          try PanelFile.write(panel(attribute: name), StorageFixture.metadata, to: path)
        }
      }
      #expect(throws: StorageError.self) {
        try PanelFile.write(
          panel(attribute: "sector", asset: "A\0"), StorageFixture.metadata, to: path)
      }
      #expect(throws: StorageError.self) {
        try PanelFile.write(paths: [], StorageFixture.metadata, to: path)
      }
      let other = try StorageFixture.panel(dates: 3, assets: 2)
      let shorter = try StorageFixture.panel(dates: 2, assets: 2)
      #expect(throws: StorageError.self) {
        try PanelFile.write(paths: [other, shorter], StorageFixture.metadata, to: path)
      }
      #expect(try FileNames.list(folder).isEmpty)
    }
  }

  @Test func chunksHoldWholeDatesOfAboutOneMebibyte() throws {
    try StorageFixture.inFolder { folder in
      let panel = try StorageFixture.panel(dates: 400, assets: 505)
      try PanelFile.write(panel, StorageFixture.metadata, to: folder + "/panel.h5")
      let info = try HDF5File(reading: folder + "/panel.h5").info(of: "/values")
      #expect(info.chunkBytes == 103 * 505 * 5 * 4)
      #expect(info.storedBytes < UInt64(info.declaredBytes))
    }
  }
}
