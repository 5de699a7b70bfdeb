import Datasets
import Foundation
import Market
import Testing

/// A write that fails leaves the old file as it was, and nothing beside it.
@Suite struct ReplacingFilesTests {
  /// Root may write anywhere, so rights are taken away only from who can feel it.
  static let feelsPermissions = geteuid() != 0

  @Test(.enabled(if: feelsPermissions, "root may write into any folder"))
  func anUnwritableFolderKeepsTheOldFile() throws {
    try StorageFixture.inFolder { folder in
      let path = folder + "/panel.h5"
      try PanelFile.write(StorageFixture.smallPanel(), StorageFixture.metadata, to: path)
      let before = try StorageFixture.bytes(path)
      chmod(folder, 0o555)
      defer { chmod(folder, 0o755) }
      #expect(throws: StorageError.self) {
        try PanelFile.write(
          StorageFixture.panel(dates: 2, assets: 2), StorageFixture.metadata, to: path)
      }
      #expect(try StorageFixture.bytes(path) == before)
      #expect(try FileNames.list(folder) == ["panel.h5"])
    }
  }

  /// Gives up root's rights in a process of its own, so that the check runs for root too.
  @Test func aFileWithoutPermissionIsNamedSo() async {
    await #expect(processExitsWith: .success) {
      try StorageFixture.inFolder { folder in
        let path = folder + "/panel.h5"
        try PanelFile.write(StorageFixture.smallPanel(), StorageFixture.metadata, to: path)
        chmod(folder, 0o755)
        chmod(path, 0o000)
        if geteuid() == 0 { #expect(seteuid(65534) == 0) }
        #expect(throws: StorageError.noPermission(path)) { try PanelFile.read(path) }
        #expect(throws: StorageError.cannotWrite(file: path, reason: "Permission denied")) {
          try PanelFile.write(StorageFixture.smallPanel(), StorageFixture.metadata, to: path)
        }
        _ = seteuid(getuid())
        #expect(try FileNames.list(folder) == ["panel.h5"])
      }
    }
  }

  /// What a full disk does: the system refuses bytes half way through.
  @Test func runningOutOfSpaceKeepsTheOldFile() async {
    await #expect(processExitsWith: .success) {
      try StorageFixture.inFolder { folder in
        let path = folder + "/panel.h5"
        try PanelFile.write(StorageFixture.smallPanel(), StorageFixture.metadata, to: path)
        let before = try StorageFixture.bytes(path)
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        for bytes in [100, 5_000, 50_000] {
          limit.rlim_cur = rlim_t(bytes)
          setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
          let panel = try StorageFixture.panel(dates: 100, assets: 300)
          #expect(throws: StorageError.self) {
            try PanelFile.write(panel, StorageFixture.metadata, to: path)
          }
          #expect(throws: StorageError.self) { try PanelCSV.write(panel, to: path) }
          limit.rlim_cur = limit.rlim_max
          setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
          #expect(try StorageFixture.bytes(path) == before)
          #expect(try FileNames.list(folder) == ["panel.h5"])
        }
        // The library is still usable afterwards.
        try PanelFile.write(StorageFixture.smallPanel(), StorageFixture.metadata, to: path)
        #expect(try PanelFile.read(path).panel == StorageFixture.smallPanel())
      }
    }
  }

  @Test func aFailureHalfWayKeepsTheOldFile() throws {
    try StorageFixture.inFolder { folder in
      let path = folder + "/panel.h5"
      try PanelFile.write(StorageFixture.smallPanel(), StorageFixture.metadata, to: path)
      let before = try StorageFixture.bytes(path)
      // The zero byte is met when the file is all but complete.
      var metadata = StorageFixture.metadata
      metadata.createdBy = "zero\0byte"
      let error = #expect(throws: StorageError.self) {
        try PanelFile.write(StorageFixture.smallPanel(), metadata, to: path)
      }
      #expect(error?.description.contains("zero byte") == true)
      #expect(error?.description.contains(".qbench-") == false)
      #expect(try StorageFixture.bytes(path) == before)
      #expect(try FileNames.list(folder) == ["panel.h5"])
    }
  }

  @Test func whatIsNoFileIsNotReplaced() throws {
    try StorageFixture.inFolder { folder in
      let panel = try StorageFixture.smallPanel()
      #expect(throws: StorageError.cannotWrite(file: folder, reason: "Is a directory")) {
        try PanelFile.write(panel, StorageFixture.metadata, to: folder)
      }
      #expect(throws: StorageError.cannotWrite(file: "/dev/null", reason: "File exists")) {
        try PanelFile.write(panel, StorageFixture.metadata, to: "/dev/null")
      }
      let missing = folder + "/no/such/panel.h5"
      #expect(throws: StorageError.self) {
        try PanelFile.write(panel, StorageFixture.metadata, to: missing)
      }
      #expect(try FileNames.list(folder).isEmpty)
    }
  }
}
