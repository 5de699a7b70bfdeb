import Datasets
import Foundation
import HDF5
import Market

/// What a generation writes, and what it reads and must not write over.
struct GenerationFiles {
  let output: String
  let keep: String?

  /// Checks that both can be written, before anything takes long.
  ///
  /// - Throws: `SpecError.invalid` where two files would be one, or one of them is being read, and `StorageError`
  ///   for a place that cannot be written to.
  init(output: String, keep: String?, reading inputs: [String]) throws {
    (self.output, self.keep) = (output, keep)
    func place(_ path: String) -> String {
      URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
    }
    let read = Set(inputs.map(place))
    for (option, path) in [("--out", output)] + (keep.map { [("--keep", $0)] } ?? []) {
      guard !read.contains(place(path)) else {
        throw SpecError.invalid(
          key: option, value: path, accepted: "a file other than those that are read")
      }
      do { try AtomicFile.check(path) } catch let error as FileError {
        throw StorageError.cannotWrite(file: path, reason: error.reason)
      }
    }
    if let keep, place(keep) == place(output) {
      throw SpecError.invalid(key: "--keep", value: keep, accepted: "a file other than --out")
    }
  }

  /// Both files or neither: what was made goes if the generator cannot be kept.
  func write<Digest>(
    _ made: (String) throws -> Digest, generator: (String) throws -> Void
  ) throws -> Digest {
    let digest = try made(output)
    guard let keep else { return digest }
    do {
      try generator(keep)
    } catch {
      try? FileManager.default.removeItem(atPath: output)
      throw error
    }
    return digest
  }
}

extension GenerationSpec {
  /// Files that this reads.
  var inputs: [String] {
    (namesFile ? [generator] : []) + (Self.namesFile(dataset) ? [dataset] : [])
  }
}
