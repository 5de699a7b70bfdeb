import Datasets
import HDF5
import Market
import Testing

@Suite struct PredictionsFileTests {
  @Test func roundTrips() throws {
    try StorageFixture.inFolder { folder in
      let rows = try StorageFixture.predictions()
      let path = folder + "/cell.h5"
      let hash = try PredictionsFile.write(rows, StorageFixture.metadata, to: path)
      let (read, metadata) = try PredictionsFile.read(path)
      #expect(read == rows)
      #expect(read.prediction.map(\.bitPattern) == rows.prediction.map(\.bitPattern))
      #expect(read.cell == ["key": "abc123", "family": "linear", "note": ""])
      #expect(metadata.contentSHA256 == hash)
      let before = try StorageFixture.bytes(path)
      try PredictionsFile.write(rows, StorageFixture.metadata, to: path)
      #expect(try StorageFixture.bytes(path) == before)
    }
  }

  @Test func noRowsAndManyRows() throws {
    try StorageFixture.inFolder { folder in
      for count in [0, 300_000] {
        let rows = try PredictionRows(
          assets: (0..<1000).map { "A\($0)" },
          date: (0..<count).map { TradingDate(daysSinceEpoch: Int32($0 / 1000)) },
          asset: (0..<count).map { Int32($0 % 1000) },
          prediction: (0..<count).map { Float($0) }, label: (0..<count).map { -Float($0) },
          realizedReturn: [Float](repeating: .nan, count: count), cell: [:])
        try PredictionsFile.write(rows, StorageFixture.metadata, to: folder + "/cell.h5")
        #expect(try PredictionsFile.read(folder + "/cell.h5").rows == rows)
      }
    }
  }

  @Test func panelsAndPredictionsAreToldApart() throws {
    try StorageFixture.inFolder { folder in
      let path = folder + "/file.h5"
      try PredictionsFile.write(StorageFixture.predictions(), StorageFixture.metadata, to: path)
      #expect(
        throws: StorageError.kind(
          file: path, found: "predictions", accepted: ["panel", "samples"])
      ) { try PanelFile.read(path) }
      try PanelFile.write(StorageFixture.smallPanel(), StorageFixture.metadata, to: path)
      #expect(
        throws: StorageError.kind(file: path, found: "panel", accepted: ["predictions"])
      ) { try PredictionsFile.read(path) }
    }
  }

  @Test func aFlippedByteIsNoticedOrHarmless() throws {
    try StorageFixture.inFolder { folder in
      let path = folder + "/cell.h5"
      let rows = try StorageFixture.predictions()
      try PredictionsFile.write(rows, StorageFixture.metadata, to: path)
      let whole = try StorageFixture.bytes(path)
      var random = SeedTree(root: 5).stream("flip")
      var noticed = 0
      for _ in 0..<300 {
        var flipped = whole
        let offset = Int.random(in: 0..<whole.count, using: &random)
        flipped[offset] ^= UInt8.random(in: 1...255, using: &random)
        try StorageFixture.put(flipped, at: path)
        do {
          #expect(try PredictionsFile.read(path).rows == rows, "flipped byte \(offset)")
        } catch is StorageError {
          noticed += 1
        }
      }
      #expect(noticed > 50)
    }
  }

  @Test func contradictoryRowsAreRefused() throws {
    func rows(
      date: [Int32] = [1, 1, 2], asset: [Int32] = [0, 1, 0], prediction: [Float] = [1, 2, 3],
      label: [Float] = [1, 2, 3], earned: [Float] = [1, 2, 3], assets: [String] = ["A", "B"]
    ) throws(PredictionRowsError) {
      _ = try PredictionRows(
        assets: assets, date: date.map(TradingDate.init(daysSinceEpoch:)), asset: asset,
        prediction: prediction, label: label, realizedReturn: earned, cell: [:])
    }
    try rows()
    #expect(throws: PredictionRowsError.order(row: 1)) { try rows(asset: [1, 0, 0]) }
    #expect(throws: PredictionRowsError.order(row: 1)) { try rows(asset: [1, 1, 0]) }
    #expect(throws: PredictionRowsError.order(row: 2)) { try rows(date: [1, 1, 0]) }
    #expect(throws: PredictionRowsError.asset(row: 1, index: 2, count: 2)) {
      try rows(asset: [0, 2, 0])
    }
    #expect(throws: PredictionRowsError.asset(row: 0, index: -1, count: 2)) {
      try rows(asset: [-1, 1, 0])
    }
    #expect(throws: PredictionRowsError.length(column: "label", expected: 3, got: 2)) {
      try rows(label: [1, 2])
    }
    #expect(throws: PredictionRowsError.notFinite(column: "prediction", row: 2)) {
      try rows(prediction: [1, 2, .nan])
    }
    #expect(throws: PredictionRowsError.notFinite(column: "return", row: 0)) {
      try rows(earned: [.infinity, 2, 3])
    }
    #expect(throws: PredictionRowsError.assetNames) { try rows(assets: ["A", "A"]) }
  }
}
