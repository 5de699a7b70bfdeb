import Foundation
import HDF5

/// The files that a verdict is written to, for those who collect them.
public struct GateOutputs: Sendable {
  public enum Format: Sendable { case junit, sarif, markdown }

  private let files: [(format: Format, path: String)]
  /// The page that a CI service shows beside the job, to which steps add.
  private let stepSummary: String?

  /// Checks that all of them can be written, before anything takes long.
  ///
  /// - Parameters:
  ///   - files: What is to be written where.
  ///   - stepSummary: A file that Markdown is added to, not put in the place of: GitHub's
  ///     `$GITHUB_STEP_SUMMARY`.
  /// - Throws: `GateError.cannotWrite`, or `GateError.sameFile` where two would be one.
  public init(_ files: [(format: Format, path: String)], stepSummary: String? = nil) throws {
    (self.files, self.stepSummary) = (files, stepSummary)
    var seen: Set<String> = []
    for (_, path) in files {
      guard seen.insert(URL(fileURLWithPath: path).standardizedFileURL.path).inserted else {
        throw GateError.sameFile(path)
      }
      try Self.check(path)
    }
  }

  /// - Throws: `GateError.cannotWrite` where a file could not be put there.
  public static func check(_ path: String) throws {
    try naming(path) { try AtomicFile.check(path) }
  }

  /// - Throws: `GateError.cannotWrite` for the first that could not be; the others are written.
  public func write(_ report: GateReport, pointingAt location: GateLocation) throws {
    var failure: (any Error)?
    for (format, path) in files {
      do {
        let text =
          switch format {
          case .junit: report.junit()
          case .sarif: try report.sarif(pointingAt: location)
          case .markdown: before(path) + report.markdown()
          }
        try Self.naming(path) {
          try AtomicFile.replace(path) { try Data(text.utf8).write(to: URL(fileURLWithPath: $0)) }
        }
      } catch { failure = failure ?? error }
    }
    if let failure { throw failure }
  }

  /// What other steps have already put on the page.
  private func before(_ path: String) -> String {
    guard path == stepSummary, let data = FileManager.default.contents(atPath: path), !data.isEmpty
    else { return "" }
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  private static func naming(_ path: String, _ body: () throws -> Void) throws {
    do { try body() } catch let error as FileError {
      throw GateError.cannotWrite(path, error.gateReason)
    }
  }
}

extension FileError {
  /// The cause as a user sees it.
  var gateReason: String {
    switch code {
    case ENOENT: "no such folder"
    case EEXIST: "it is no plain file"
    default: reason
    }
  }
}
