import Foundation

/// Real market data that tests use where it is at hand; it is not part of the repository.
public enum RealData {
  /// A file of the data folder, or `nil` where there is none: a test is then skipped.
  ///
  /// The folder is `QBENCH_TEST_DATA`, or else `shared/data` beside the package.
  public static func file(_ name: String) -> URL? {
    let folder =
      ProcessInfo.processInfo.environment["QBENCH_TEST_DATA"].map { URL(filePath: $0) }
      ?? package.deletingLastPathComponent().appending(path: "shared/data")
    let file = folder.appending(path: name)
    return FileManager.default.isReadableFile(atPath: file.path) ? file : nil
  }

  private static let package = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
