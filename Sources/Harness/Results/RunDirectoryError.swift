import Market

/// A run directory that cannot be used.
public enum RunDirectoryError: UserFacingError, Equatable {
  case cannotWrite(String, String)
  case otherSpec(String, differs: [String])
  case notARun(String)
  case noRun(String)
  case inUse(String)
  case unreadable(String, String)
  case damaged(String, String)
  /// A run that cannot go on for now, such as on a full disk.
  case stopped(String)

  public var description: String {
    switch self {
    case .cannotWrite(let path, let reason): "cannot write \(path): \(reason)"
    case .otherSpec(let path, let keys):
      "\(path) holds a run of another spec (differs in \(keys.joined(separator: ", "))); "
        + "give another --out, or remove it"
    case .notARun(let path):
      "\(path) exists and is no run directory (it has no spec.json); give another --out"
    case .noRun(let path):
      "\(path) is no run directory (it has no spec.json); give the folder that 'qbench run' wrote"
    case .inUse(let path): "another qbench is running in \(path); wait for it or give another --out"
    case .damaged(let path, let reason):
      "\(path) was set aside: \(reason); give the same command again to train its cell anew"
    case .unreadable(let path, let reason): "\(path): \(reason)"
    case .stopped(let reason):
      "\(reason); the run has stopped and what it had finished is kept: put this right and give the same "
        + "command again to go on"
    }
  }
}
