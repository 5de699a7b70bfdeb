import Digest
import Foundation
import HDF5
import Market
import Metrics

/// Baselines as files: JSON that a reviewer can read, with a checksum that tells a broken one.
public enum BaselineFile {
  /// - Throws: `GateError.cannotWrite`; what was there before is then untouched.
  public static func write(_ baseline: Baseline, to path: String) throws {
    var sealed = baseline
    sealed.checksum = try checksum(of: baseline)
    let text = try StrictJSON.encode(sealed, pretty: true) + Data("\n".utf8)
    do {
      try AtomicFile.replace(path) { try text.write(to: URL(fileURLWithPath: $0)) }
    } catch {
      throw GateError.cannotWrite(path, (error as? FileError)?.gateReason ?? "no such folder")
    }
  }

  /// Reads a baseline and checks that it is whole.
  ///
  /// - Throws: `GateError` that says what is wrong and what to do.
  public static func read(_ path: String) throws(GateError) -> Baseline {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .noBaseline(path)
    }
    guard !isFolder.boolValue else {
      throw .unreadable(path, "it is a folder; a run directory goes with --run")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .unreadable(path, "permission denied")
    }
    guard !data.isEmpty else { throw .damaged(path, "it is empty") }
    struct Heading: Decodable {
      let kind: String?
      let schema: Int?
    }
    guard let heading = try? JSONDecoder().decode(Heading.self, from: data) else {
      let isMerge = data.range(of: Data("<<<<<<<".utf8)) != nil
      throw .damaged(
        path, isMerge ? "it holds the marks of an unfinished merge" : "it is not valid JSON")
    }
    guard heading.kind == Baseline.kind, let schema = heading.schema else {
      throw .notABaseline(path)
    }
    guard schema == Baseline.currentSchema else { throw .otherSchema(path, schema) }
    let baseline: Baseline
    do {
      baseline = try JSONDecoder().decode(Baseline.self, from: data)
    } catch {
      throw .damaged(path, "a part of it is missing or of the wrong kind (\(place(of: error)))")
    }
    guard let expected = try? checksum(of: baseline), expected == baseline.checksum else {
      throw .damaged(path, "its content does not match its checksum; it was cut, merged or edited")
    }
    if let reason = baseline.flaw { throw .damaged(path, reason) }
    return baseline
  }

  private static func checksum(of baseline: Baseline) throws -> String {
    var plain = baseline
    plain.checksum = ""
    return try SHA256Digest(of: Array(StrictJSON.encode(plain))).hex
  }

  private static func place(of error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      (context.codingPath + [key]).map(\.stringValue).joined(separator: ".")
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
      DecodingError.dataCorrupted(let context):
      context.codingPath.map(\.stringValue).joined(separator: ".")
    default: "\(error)"
    }
  }
}

extension Baseline {
  /// What keeps the numbers from being used although the file is whole; `nil` for nothing.
  var flaw: String? {
    if let metric = metrics.first(where: { !metricRegistry.ids.contains($0) }) {
      return "it holds a metric that this qbench does not have, '\(metric)'"
    }
    guard Set(rows.map(\.id)).count == rows.count else { return "it holds a row twice" }
    for row in rows {
      for id in metrics {
        guard let metric = metricRegistry.entries.first(where: { $0.id == id }) else { continue }
        if row.scores(of: metric, seeds: row.completeSeeds, rules: rules) == nil {
          return "the daily numbers of '\(row.name)' for \(id) are not all there"
        }
      }
    }
    return nil
  }
}
