/// The experiment asks for something that cannot be run.
public enum SpecError: UserFacingError, Equatable {
  case unknown(kind: String, id: String, known: [String])
  case strayKeys([String], in: String, known: [String])
  case invalid(key: String, value: String, accepted: String)
  case unreadable(file: String, reason: String)
  case emptyTraining(fold: Int, dates: Int, reach: Int, embargo: Int)
  case tooFewDates(dates: Int, needed: Int, for: String)

  public var description: String {
    switch self {
    case .unknown(let kind, let id, let known):
      "no \(kind) named '\(id)'\(suggestion(for: id, among: known)); known: "
        + known.joined(separator: ", ")
    case .strayKeys(let keys, let place, let known):
      "\(place) does not have: "
        + keys.map { key in
          // Keys are paths; what is known there are names.
          let name = key.split(separator: ".").last.map(String.init) ?? key
          return "'\(key)'\(suggestion(for: name, among: known))"
        }.joined(separator: ", ")
        + (known.isEmpty ? "" : "; known there: \(known.joined(separator: ", "))")
    case .invalid(let key, let value, let accepted):
      "\(key) is \(value); accepted: \(accepted)"
    case .unreadable(let file, let reason): "\(file): \(reason)"
    case .emptyTraining(let fold, let dates, let reach, let embargo):
      "fold \(fold) has nothing left to train on "
        + "(\(dates) dates, label reach \(reach), embargo \(embargo)); "
        + "use more dates, fewer folds, a shorter label or a smaller embargo"
    case .tooFewDates(let dates, let needed, let purpose):
      "\(purpose) needs at least \(needed) dates; there are \(dates)"
    }
  }
}
