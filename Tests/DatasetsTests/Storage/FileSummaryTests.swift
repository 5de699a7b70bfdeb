import Datasets
import Foundation
import Market
import Testing

@Suite struct FileSummaryTests {
  @Test func describesAPanel() throws {
    try StorageFixture.inFolder { folder in
      let path = folder + "/panel.h5"
      let hash = try PanelFile.write(
        StorageFixture.smallPanel(), StorageFixture.metadata, to: path)
      let summary = try FileSummary(describing: path)
      #expect(summary.kind == .panel && summary.schema == 1)
      #expect(summary.dates == 3)
      #expect(summary.firstDate == "1969-12-31" && summary.lastDate == "2018-02-07")
      #expect(summary.assets == ["ABC", "BRK.B", "Örsted", "三菱"])
      #expect(summary.bytes == (try StorageFixture.bytes(path).count))
      // Of 12 cells: one asset wholly missing on a date, and one more low (index 7 is field 2).
      #expect(summary.fields.map(\.name) == Panel.usualFields)
      #expect(summary.fields.map { $0.missing * 12 } == [1, 1, 2, 1, 1])
      #expect(summary.attributes.map(\.name) == ["country", "sector"])
      #expect(summary.attributes.map(\.distinct) == [2, 2])
      #expect(summary.attributes.map(\.unknown) == [1, 1])
      #expect(summary.paths == nil && summary.rows == nil && summary.cell.isEmpty)
      let text = summary.description
      for line in [
        "kind        panel, schema 1", "title       A small panel",
        "dates       3, 1969-12-31 to 2018-02-07", "assets      4: ABC, BRK.B, Örsted, 三菱",
        "            low: 16.67 % missing", "content     sha256 \(hash)",
        "attributes  country: 2 values, unknown for 1 assets", "seed        18446744073709551615",
      ] {
        #expect(text.components(separatedBy: "\n").contains(line), "\(line)\n\(text)")
      }
      let json = try JSONEncoder().encode(summary)
      #expect(try JSONDecoder().decode(FileSummary.self, from: json) == summary)
    }
  }

  @Test func describesSamplesAndPredictions() throws {
    try StorageFixture.inFolder { folder in
      let path = folder + "/file.h5"
      let panels = try (1...3).map {
        try StorageFixture.panel(dates: 20, assets: 12, fields: 1, seed: UInt64($0))
      }
      try PanelFile.write(paths: panels, StorageFixture.metadata, to: path)
      let samples = try FileSummary(describing: path)
      #expect(samples.kind == .samples && samples.paths == 3)
      let missing = panels.reduce(0) { $0 + $1.values.count(where: \.isNaN) }
      #expect(samples.fields.map(\.name) == ["f0"])
      #expect(samples.fields.map(\.missing) == [Double(missing) / 720])
      #expect(samples.description.contains("assets      12: A0, A1, A2, A3, A4, A5, A6, A7, …"))

      try PredictionsFile.write(StorageFixture.predictions(), StorageFixture.metadata, to: path)
      let rows = try FileSummary(describing: path)
      #expect(rows.rows == 4 && rows.dates == 3 && rows.cell["family"] == "linear")
      #expect(rows.fields.map(\.missing) == [0, 0.25, 0.25])
      #expect(rows.description.contains("\ncell        family: linear\n"))
    }
  }

  @Test func textFromAFileCannotReachTheTerminal() throws {
    try StorageFixture.inFolder { folder in
      let path = folder + "/panel.h5"
      var metadata = StorageFixture.metadata
      metadata.title = "red \u{1b}[31m\nsecond line"
      try PanelFile.write(StorageFixture.smallPanel(), metadata, to: path)
      let text = try FileSummary(describing: path).description
      #expect(text.contains("\ntitle       red  [31m second line\n"))
    }
  }

  @Test func describesNothingThatIsDamaged() throws {
    try StorageFixture.inFolder { folder in
      let path = folder + "/panel.h5"
      try PanelParts().write(to: path)
      #expect(throws: StorageError.self) { try FileSummary(describing: path) }
    }
  }
}
