import Foundation
import HDF5
import Market
import TestSupport
import Testing

@testable import Models

/// What a command is given, and that what it answers arrives.
@Suite struct ExternalTests {
  static let ones = "awk -F, 'NR > 1 { print 1 }' \"$QBENCH_TEST\" > \"$QBENCH_OUTPUT\""

  private func rows(_ fixture: ExternalFixture, _ name: String) throws -> HDF5File {
    try HDF5File(reading: fixture.path(name))
  }

  // MARK: - Rows

  @Test func theFilesHoldTheRowsAndTheTestFileNoLabel() throws {
    let fixture = try ExternalFixture()
    #expect(throws: ExternalError.noOutput(said: "")) {
      try fixture.predict(
        #"cp "$QBENCH_TRAIN" "$QBENCH_VALIDATION" "$QBENCH_TEST" "$HERE""#)
    }
    let files = [
      ("train.h5", fixture.train.samples, fixture.train.labels),
      ("validation.h5", fixture.validation.samples, fixture.validation.labels),
      ("test.h5", fixture.test, nil),
    ]
    for (name, samples, labels) in files {
      let file = try rows(fixture, name)
      #expect(
        try file.names(in: "/")
          == ["asset", "assets", "columns", "date", "features"] + (labels == nil ? [] : ["label"]))
      #expect(try file.attributeNames() == ["kind", "role", "schema"])
      #expect(try "\(file.text("role")).h5" == name)
      #expect(try file.info(of: "/features").shape == [samples.count, 3])
      #expect(try file.read("/features", as: Float.self) == samples.matrix())
      #expect(try file.readStrings("/columns") == ["x0", "x1", "x2"])
      #expect(try file.readStrings("/assets") == ["A0", "A1", "A2", "A3"])
      #expect(try file.read("/date", as: Int32.self) == samples.keys.map(\.date))
      #expect(try file.read("/asset", as: Int32.self) == samples.keys.map(\.asset))
      if let labels { #expect(try file.read("/label", as: Float.self) == labels) }
    }
  }

  @Test func theFutureChangesNoByteOfTheTestRows() throws {
    let fixture = try ExternalFixture()
    for format in External.Hyperparameters.Format.allCases {
      for (name, change) in [("a", nil), ("b", 49)] as [(String, Int?)] {
        let market = SampleFactory { $0.futureChangedAfter = change }
        try RowsFile(test: market.samples(44..<50), window: 1)
          .write(format, to: fixture.path(name + format.rawValue))
      }
      let bytes = ["a", "b"].map {
        FileManager.default.contents(atPath: fixture.path($0 + format.rawValue))
      }
      #expect(bytes[0] != nil && bytes[0] == bytes[1])
    }
  }

  @Test func csvHoldsTheSameRows() throws {
    let fixture = try ExternalFixture()
    _ = try fixture.predict(#"cp "$QBENCH_TRAIN" "$QBENCH_TEST" "$HERE"; \#(Self.ones)"#) {
      $0.format = .csv
    }
    let train = try fixture.text("train.csv").split(separator: "\n")
    #expect(train[0] == "date,asset,x0,x1,x2,label")
    let matrix = fixture.train.samples.matrix()
    for (row, line) in train.dropFirst().enumerated() {
      let fields = line.split(separator: ",")
      #expect(Int32(fields[0]) == fixture.train.samples.keys[row].date)
      #expect(fields[1] == "A\(row % 4)")
      #expect(fields[2...4].compactMap { Float($0) } == Array(matrix[row * 3..<row * 3 + 3]))
      #expect(Float(fields[5]) == fixture.train.labels[row])
    }
    #expect(train.count == 41)
    let test = try fixture.text("test.csv").split(separator: "\n")
    #expect(test.count == 17)
    #expect(test.allSatisfy { $0.split(separator: ",").count == 5 })
    #expect(test[0] == "date,asset,x0,x1,x2")
  }

  @Test func namesWithCommasAreQuotedInCSV() throws {
    let fixture = try ExternalFixture()
    let samples = Samples(
      keys: [SampleKey(date: 0, asset: 0)],
      features: FeaturePanel(dates: 1, assets: 1, columns: ["a,b"], values: [2]),
      transform: FeatureTransform(center: [0], scale: [1]), universe: try Universe(["say \"x\""]),
      closes: [1])
    try RowsFile(test: samples, window: 1).write(.csv, to: fixture.path("rows"))
    #expect(try fixture.text("rows") == "date,asset,\"a,b\"\n0,\"say \"\"x\"\"\",2.0\n")
  }

  @Test func windowsReachBackOverThePast() throws {
    let fixture = try ExternalFixture()
    var given = External.defaults
    given.window = 4
    #expect(External.window(given) == 4)
    #expect(throws: ExternalError.self) {
      try fixture.predict(#"cp "$QBENCH_TEST" "$HERE""#) { $0.window = 4 }
    }
    let file = try rows(fixture, "test.h5")
    #expect(try file.info(of: "/features").shape == [16, 4, 3])
    var expected: [Float] = []
    fixture.test.gatherWindows(0..<16, steps: 4, into: &expected)
    #expect(try file.read("/features", as: Float.self) == expected)
  }

  @Test func manyRowsAreWrittenInPieces() throws {
    let fixture = try ExternalFixture()
    let market = SampleFactory { ($0.dates, $0.assets, $0.columns) = (8, 50, 700) }
    let samples = try market.samples(0..<8)
    try RowsFile(test: samples, window: 1).write(.hdf5, to: fixture.path("rows"))
    #expect(try rows(fixture, "rows").read("/features", as: Float.self) == samples.matrix())
  }

  // MARK: - The command's surroundings

  @Test func argumentsAndVariablesArriveAsGiven() throws {
    let fixture = try ExternalFixture()
    try fixture.write(
      """
      #!/bin/sh
      printf '%s\\n' "$@" > "$HERE/arguments"
      echo "$MINE|$QBENCH_FORMAT|$QBENCH_DEVICE|$QBENCH_SEED|$PWD" > "$HERE/variables"
      [ "${QBENCH_TRAIN%/*}" = "$QBENCH_FOLDER" ] && [ -d "$QBENCH_FOLDER" ]
      echo "$QBENCH_FOLDER" > "$HERE/folder"
      ls -ld "$QBENCH_FOLDER" | cut -c 1-10 > "$HERE/mode"
      \(Self.ones)
      """, to: "model.sh")
    chmod(fixture.path("model.sh"), 0o755)
    let predictions = try fixture.predict("") {
      $0.command = [fixture.path("model.sh"), "two words", "$HOME", ""]
      $0.environment["MINE"] = "a b"
      $0.format = .csv
    }
    #expect(predictions == Array(repeating: 1, count: 16))
    #expect(try fixture.text("arguments") == "two words\n$HOME\n\n")
    let variables = try fixture.text("variables").trimmingCharacters(in: .newlines)
      .split(separator: "|").map(String.init)
    #expect(variables[0...2] == ["a b", "csv", "cpu"])
    #expect(UInt64(variables[3]).map { $0 < 1 << 31 } == true)
    #expect(variables[4] == FileManager.default.currentDirectoryPath)
    #expect(try fixture.text("mode") == "drwx------\n")
    let folder = try fixture.text("folder").trimmingCharacters(in: .newlines)
    #expect(!FileManager.default.fileExists(atPath: folder))
  }

  @Test func theSeedIsTheCellsOwn() throws {
    let fixture = try ExternalFixture()
    let script =
      #"awk -F, -v s="$QBENCH_SEED" 'NR > 1 { print s / 1e6 }' "$QBENCH_TEST" > "$QBENCH_OUTPUT""#
    func predictions(_ seed: UInt64) throws -> [Float] {
      try fixture.predict(script, seed: seed) { $0.format = .csv }
    }
    let first = try predictions(1)
    #expect(try predictions(1) == first)
    #expect(try predictions(2) != first)
  }

  @Test func withoutValidationRowsTheVariableIsEmpty() throws {
    let fixture = try ExternalFixture()
    let script = #"[ -z "$QBENCH_VALIDATION" ] || exit 1; \#(Self.ones)"#
    let predictions = try fixture.predict(script, validating: false) { $0.format = .csv }
    #expect(predictions.count == 16)
    #expect(throws: ExternalError.exited(status: 1, said: "")) {
      try fixture.predict(script) { $0.format = .csv }
    }
  }

  @Test func noRowsNeedNoCommand() throws {
    let fixture = try ExternalFixture()
    var given = External.defaults
    given.command = ["/no/such/program"]
    let context = FitContext(seeds: SeedTree(root: 1), label: .standard)
    let predictor = try External.fit(fixture.train, validating: nil, given, in: context)
    #expect(try predictor.predict(fixture.test.selecting([])).isEmpty)
    #expect(throws: ExternalError.noTrainingRows) {
      try External.fit(fixture.market.labelled(0..<0), validating: nil, given, in: context)
    }
  }

  @Test func theFolderIsKeptWhereThatIsAskedFor() throws {
    let fixture = try ExternalFixture()
    let kept = try ExternalFolder(environment: ["QBENCH_KEEP_EXTERNAL": fixture.folder])
    #expect(kept.path.hasPrefix(fixture.folder + "/qbench-external-"))
    kept.remove()
    #expect(FileManager.default.fileExists(atPath: kept.path))
    let other = try ExternalFolder(environment: [:])
    other.remove()
    #expect(!FileManager.default.fileExists(atPath: other.path))
    #expect(throws: ExternalError.self) {
      try ExternalFolder(environment: ["QBENCH_KEEP_EXTERNAL": "/no/such/folder"])
    }
  }
}
