import Foundation
import HDF5
import Testing

@Suite struct AtomicFileTests {
  private func put(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
  }

  @Test func replacesAsAWhole() throws {
    try inTemporaryFolder { folder in
      let path = folder + "/file"
      let result = try AtomicFile.replace(path) { temporary in
        #expect(temporary.hasPrefix(folder + "/"))
        try put("old", temporary)
        return 7
      }
      #expect(result == 7)
      try AtomicFile.replace(path) { temporary in
        try put("new", temporary)
        #expect(try text(path) == "old")
      }
      #expect(try text(path) == "new")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
    }
  }

  @Test func aFailureLeavesTheOldFileAndNothingElse() throws {
    struct Interrupted: Error {}
    try inTemporaryFolder { folder in
      let path = folder + "/file"
      try put("old", path)
      #expect(throws: Interrupted.self) {
        try AtomicFile.replace(path) { temporary in
          try put("half", temporary)
          throw Interrupted()
        }
      }
      // A body that writes nothing leaves nothing to rename.
      #expect(throws: FileError.self) { try AtomicFile.replace(path) { _ in } }
      #expect(try text(path) == "old")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
    }
  }

  @Test func aLinkIsFollowed() throws {
    try inTemporaryFolder { folder in
      let (path, link) = (folder + "/file", folder + "/link")
      try put("old", path)
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "file")
      try AtomicFile.replace(link) { try put("new", $0) }
      #expect(try text(path) == "new")
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "file")
    }
  }

  @Test func foldersAndDevicesAreRefused() throws {
    try inTemporaryFolder { folder in
      #expect(throws: FileError(path: folder, operation: "write", code: EISDIR)) {
        try AtomicFile.replace(folder) { _ in }
      }
      #expect(throws: FileError(path: "/dev/null", operation: "replace", code: EEXIST)) {
        try AtomicFile.replace("/dev/null") { _ in }
      }
    }
  }
}
