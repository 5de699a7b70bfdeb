import Foundation
import HDF5
import Testing

/// Every way a native call can fail, provoked.
@Suite struct HDF5ErrorTests {
  private func withFile(_ body: (_ file: HDF5File, _ path: String) throws -> Void) throws {
    try inTemporaryFolder { folder in
      let path = folder + "/file.h5"
      let made = try HDF5File(creating: path)
      try made.write([1, 2, 3, 4] as [Float], as: "/x", shape: [2, 2], chunk: [1, 2])
      try made.createGroup("/g")
      try made.setAttribute("text", to: "a")
      try made.setAttribute("signed", to: Int64(-1))
      try made.close()
      try body(HDF5File(reading: path), path)
    }
  }

  @Test func theNativeMessageAndNothingOnStandardError() throws {
    try inTemporaryFolder { folder in
      let path = folder + "/none.h5"
      let error = #expect(throws: HDF5Error.self) { try HDF5File(reading: path) }
      guard case .native(path, nil, let message) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(message.contains("H5Fopen") && message.contains("unable to open file"))
      #expect(error?.description.hasPrefix(path + ": H5Fopen") == true)
    }
  }

  @Test func aCorruptedChunkIsNamed() throws {
    try inTemporaryFolder { folder in
      let path = folder + "/file.h5"
      let file = try HDF5File(creating: path)
      var state: UInt32 = 1
      let noise = (0..<50_000).map { _ -> Int32 in
        state = state &* 1_664_525 &+ 1_013_904_223
        return Int32(bitPattern: state)
      }
      try file.write(noise, as: "/noise", shape: [50_000], chunk: [50_000])
      try file.close()
      var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      bytes[bytes.count / 2] ^= 4
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: HDF5Error.self) {
        try HDF5File(reading: path).read("/noise", as: Int32.self)
      }
      #expect(error?.object == "/noise")
      #expect(error?.reason.contains("Fletcher32") == true)
    }
  }

  @Test func missingObjects() throws {
    try withFile { file, path in
      for object in ["/none", "/g/none", "/none/deeper"] {
        #expect(throws: HDF5Error.missing(file: path, object: object)) {
          try file.read(object, as: Float.self)
        }
      }
      #expect(throws: HDF5Error.missing(file: path, object: "/none")) {
        try file.names(in: "/none")
      }
      #expect(throws: HDF5Error.missing(file: path, object: "attribute none")) {
        try file.text("none")
      }
      #expect(throws: HDF5Error.missing(file: path, object: "attribute none of /x")) {
        try file.number("none", of: "/x", as: Int64.self)
      }
    }
  }

  @Test func mismatches() throws {
    try withFile { file, _ in
      func mismatches(_ body: () throws -> Void) {
        let error = #expect(throws: HDF5Error.self, performing: body)
        guard case .mismatch = error else {
          Issue.record("\(String(describing: error)) is no mismatch")
          return
        }
      }
      mismatches { _ = try file.read("/x", as: Double.self) }
      mismatches { _ = try file.readStrings("/x") }
      mismatches { _ = try file.read("/g", as: Float.self) }
      mismatches { _ = try file.names(in: "/x") }
      mismatches { _ = try file.read("/x", as: Float.self, start: [0], count: [2]) }
      mismatches { _ = try file.read("/x", as: Float.self, start: [1, 0], count: [2, 2]) }
      mismatches { _ = try file.read("/x", as: Float.self, start: [.max, 0], count: [1, 1]) }
      mismatches { _ = try file.read("/x", as: Float.self, start: [-1, 0], count: [1, 1]) }
      mismatches { _ = try file.read("/x", as: Float.self, start: [0, 0], count: [1]) }
      mismatches { _ = try file.number("text", as: Int64.self) }
      mismatches { _ = try file.number("signed", as: UInt64.self) }
      mismatches { _ = try file.number("signed", as: Int32.self) }
      mismatches { _ = try file.text("signed") }
    }
  }

  @Test func writingWhereItCannotBe() throws {
    try withFile { file, path in
      #expect(throws: HDF5Error.self) { try file.write(["a"], as: "/new") }
      #expect(throws: HDF5Error.self) { try file.createGroup("/new") }
      #expect(throws: HDF5Error.self) { try file.setAttribute("new", to: "a") }
      #expect(throws: HDF5Error.self) { try file.makeScale("/x", label: "x") }
      #expect(throws: HDF5Error.self) { try file.attachScale("/x", to: "/x", axis: 0) }
      #expect(throws: HDF5Error.self) { try file.labelAxis(7, of: "/x", "x") }
      let second = try HDF5File(creating: path)
      try second.createGroup("/g")
      #expect(throws: HDF5Error.self) { try second.createGroup("/g") }
      #expect(throws: HDF5Error.self) {
        try second.createDataset("/x", of: Float.self, shape: [2], chunk: [0])
      }
      #expect(throws: HDF5Error.self) {
        try second.createDataset("/x", of: Float.self, shape: [2, 2], chunk: [1])
      }
      #expect(throws: HDF5Error.self) {
        try second.write([1, 2, 3] as [Float], as: "/y", shape: [2], chunk: [2])
      }
      #expect(throws: HDF5Error.system(file: path, reason: "File exists")) { try second.close() }
      #expect(try HDF5File(reading: path).read("/x", as: Float.self) == [1, 2, 3, 4])
    }
  }

  @Test func zeroBytesAreRefusedEverywhere() throws {
    try inTemporaryFolder { folder in
      let file = try HDF5File(creating: folder + "/file.h5")
      #expect(throws: HDF5Error.self) { try file.write(["a\0"], as: "/x") }
      #expect(throws: HDF5Error.self) { try file.write(["a"], as: "/x\0") }
      #expect(throws: HDF5Error.self) { try file.setAttribute("a\0", to: "x") }
      #expect(throws: HDF5Error.self) { try file.setAttribute("a", to: "x\0") }
      #expect(throws: HDF5Error.self) { try HDF5File(reading: folder + "/a\0b") }
    }
  }

  @Test func aClosedFileAcceptsNothing() throws {
    try withFile { file, path in
      try file.close()
      try file.close()
      #expect(throws: HDF5Error.closed(file: path)) { try file.read("/x", as: Float.self) }
      #expect(throws: HDF5Error.closed(file: path)) { try file.setAttribute("a", to: "b") }
    }
  }
}
