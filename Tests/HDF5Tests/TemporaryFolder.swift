import Foundation

/// Runs a test in a folder of its own, removed afterwards.
func inTemporaryFolder<Value>(_ body: (_ folder: String) throws -> Value) throws -> Value {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("qbench-hdf5-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}
