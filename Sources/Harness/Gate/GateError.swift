import Market

/// A baseline or a policy that cannot be used, with what to do about it.
public enum GateError: UserFacingError, Equatable {
  case noBaseline(String)
  case unreadable(String, String)
  case notABaseline(String)
  case otherSchema(String, Int)
  case damaged(String, String)
  case metricNotKept(String, kept: [String])
  case cannotWrite(String, String)
  case sameFile(String)
  case unknownRow(String, String, known: [String])
  case nothingGated(String)

  public var description: String {
    switch self {
    case .noBaseline(let path):
      "\(path): there is no such baseline; make one from a run you trust: \(Self.command(path))"
    case .unreadable(let path, let reason): "\(path) cannot be read as a baseline: \(reason)"
    case .notABaseline(let path):
      "\(path) is no baseline of qbench; make one: \(Self.command(path))"
    case .otherSchema(let path, let schema):
      "\(path) is a baseline of schema \(schema), and this qbench compares schema "
        + "\(Baseline.currentSchema): "
        + (schema < Baseline.currentSchema
          ? "write it again from a run of the trusted state: \(Self.command(path))"
          : "use the qbench that wrote it, or write it again: \(Self.command(path))")
    case .damaged(let path, let reason):
      "\(path) is damaged: \(reason); take it from version control again, or write it anew: "
        + Self.command(path)
    case .metricNotKept(let metric, let kept):
      "the policy gates '\(metric)', and the baseline holds \(kept.joined(separator: ", ")) only; "
        + "write it again with --metrics \((kept + [metric]).joined(separator: ","))"
    case .cannotWrite(let path, let reason): "cannot write \(path): \(reason)"
    case .sameFile(let path): "\(path) is given for two reports; give each a file of its own"
    case .nothingGated(let rows):
      "the policy's families and sources leave no row of the baseline to judge; it holds \(rows); "
        + "name one of them, or write the baseline again from a run that has what is named"
    case .unknownRow(let key, let name, let known):
      "the policy's \(key) name '\(name)'\(suggestion(for: name, among: known)), which neither "
        + "the baseline nor the run has; known: \(known.joined(separator: ", "))"
    }
  }

  private static func command(_ path: String) -> String {
    "qbench baseline write DIR --out \(path)"
  }
}
