import Foundation

/// What lies in a folder.
enum FileNames {
  static func list(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }
}
