import Digest
import Foundation
import Market

/// Digests of the files that a command's predictions depend on.
///
/// They are part of the resolved hyperparameters, and so of a cell's key: an edited script is a
/// model of its own, trained anew.
enum InputDigests {
  /// The digest of every input, by path: `inputs`, and each part of the command that is a file.
  ///
  /// A spec that was resolved before names digests already; they must still be right.
  static func of(_ given: External.Hyperparameters) throws(SpecError) -> [String: String] {
    var result: [String: String] = [:]
    for path in given.inputs {
      guard let digest = digest(ofFile: path) else {
        throw .invalid(
          key: "external.inputs", value: "'\(path)'",
          accepted: "files that can be read, by path from the folder qbench is started in")
      }
      result[path] = digest
    }
    for part in given.command where result[part] == nil {
      result[part] = digest(ofFile: part)
    }
    for (path, digest) in given.sha256.sorted(by: { $0.key < $1.key })
    where result[path] != digest {
      throw .invalid(
        key: "external.sha256", value: "that of another '\(path)' than the one here",
        accepted: "the digest of the file as it is, or no sha256 to take the file as it is")
    }
    return result
  }

  /// Refuses to run files other than those the spec was resolved with.
  ///
  /// - Throws: `ExternalError.inputChanged`, naming the file.
  static func check(_ resolved: External.Hyperparameters) throws {
    for (path, digest) in resolved.sha256.sorted(by: { $0.key < $1.key })
    where self.digest(ofFile: path) != digest {
      throw ExternalError.inputChanged(path)
    }
  }

  /// Regular files only: a device or a pipe has no end to read to.
  private static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      && access(path, R_OK) == 0
  }

  /// `nil` where there is no such file, or it cannot be read.
  private static func digest(ofFile path: String) -> String? {
    guard isFile(path), let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    do {
      let hash = try SHA256Hash()
      while let part = try file.read(upToCount: 1 << 20), !part.isEmpty {
        try hash.update(Array(part))
      }
      return try hash.finish().hex
    } catch {
      return nil
    }
  }
}
