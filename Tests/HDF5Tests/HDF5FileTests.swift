import Foundation
import HDF5
import Testing

@Suite struct HDF5FileTests {
  private func roundTrip<Number: HDF5Number & Equatable>(_ values: [Number]) throws {
    try inTemporaryFolder { folder in
      let path = folder + "/file.h5"
      let file = try HDF5File(creating: path)
      try file.write(values, as: "/x", shape: [values.count], chunk: [2])
      try file.setAttribute("first", of: "/x", to: values[0])
      try file.close()
      let read = try HDF5File(reading: path)
      #expect(try read.read("/x", as: Number.self) == values)
      #expect(try read.number("first", of: "/x", as: Number.self) == values[0])
      #expect(try read.info(of: "/x").type == Number.elementType)
    }
  }

  @Test func everyElementTypeRoundTrips() throws {
    try roundTrip([Float.leastNonzeroMagnitude, -0.0, .infinity])
    try roundTrip([Double.greatestFiniteMagnitude, 0.1, -.infinity])
    try roundTrip([Int32.min, 0, .max])
    try roundTrip([Int64.min, 0, .max])
    try roundTrip([UInt64.max, 0, 1])
  }

  @Test func textsRoundTrip() throws {
    try inTemporaryFolder { folder in
      let path = folder + "/file.h5"
      let texts = ["", "a", " padded ", "Grüße", "三菱", String(repeating: "x", count: 5000)]
      let file = try HDF5File(creating: path)
      try file.write(texts, as: "/texts")
      try file.write([String](), as: "/none")
      for (index, text) in texts.enumerated() { try file.setAttribute("t\(index)", to: text) }
      try file.close()
      let read = try HDF5File(reading: path)
      #expect(try read.readStrings("/texts") == texts)
      #expect(try read.readStrings("/none").isEmpty)
      #expect(try texts.indices.map { try read.text("t\($0)") } == texts)
      #expect(try read.attributeNames() == texts.indices.map { "t\($0)" })
      #expect(try read.names(in: "/") == ["none", "texts"])
    }
  }

  @Test func boxesAreReadAndWrittenInPlace() throws {
    try inTemporaryFolder { folder in
      let path = folder + "/file.h5"
      let file = try HDF5File(creating: path)
      try file.createDataset("/m", of: Int32.self, shape: [3, 4], chunk: [2, 3])
      for row in 0..<3 {
        let values = (0..<4).map { Int32(row * 4 + $0) }
        try file.write(values, to: "/m", start: [row, 0], count: [1, 4])
      }
      try file.close()
      let read = try HDF5File(reading: path)
      #expect(try read.read("/m", as: Int32.self) == (0..<12).map(Int32.init))
      #expect(try read.read("/m", as: Int32.self, start: [1, 1], count: [2, 2]) == [5, 6, 9, 10])
      #expect(try read.read("/m", as: Int32.self, start: [3, 0], count: [0, 4]).isEmpty)
    }
  }

  @Test func equalCallsGiveEqualBytes() throws {
    try inTemporaryFolder { folder in
      for name in ["a", "b"] {
        let file = try HDF5File(creating: folder + "/" + name)
        try file.createGroup("/g")
        try file.write((0..<1000).map(Float.init), as: "/g/x", shape: [10, 100], chunk: [4, 50])
        try file.write(["one", "two"], as: "/axis")
        try file.makeScale("/axis", label: "axis")
        try file.labelAxis(0, of: "/g/x", "axis")
        try file.attachScale("/axis", to: "/g/x", axis: 0)
        try file.setAttribute("note", of: "/g", to: "text")
        try file.close()
      }
      let bytes = try ["a", "b"].map {
        try Data(contentsOf: URL(fileURLWithPath: folder + "/" + $0))
      }
      #expect(bytes[0] == bytes[1])
    }
  }

  @Test func aFileThatIsNotClosedLeavesNothing() throws {
    try inTemporaryFolder { folder in
      do {
        let file = try HDF5File(creating: folder + "/file.h5")
        try file.write(["x"], as: "/x")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  /// Many files at once from many threads: the lock keeps libhdf5 to one call at a time.
  @Test func filesInManyTasks() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<16 {
        group.addTask {
          try inTemporaryFolder { folder in
            for round in 0..<10 {
              let path = folder + "/\(round).h5"
              let values = (0..<500).map { Int32($0 * task + round) }
              let file = try HDF5File(creating: path)
              try file.write(values, as: "/x", shape: [500], chunk: [64])
              try file.close()
              let read = try HDF5File(reading: path)
              #expect(try read.read("/x", as: Int32.self) == values)
              #expect(throws: HDF5Error.self) { try read.read("/none\(task)", as: Int32.self) }
            }
          }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func theVersionIsKnown() throws {
    let version = try #require(NativeLibrary.version)
    #expect(version.split(separator: ".").count == 3)
  }
}
