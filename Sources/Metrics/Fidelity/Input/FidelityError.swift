import Market

/// Returns that cannot be compared.
public enum FidelityError: UserFacingError, Equatable {
  case empty
  case size(what: String, expected: Int, got: Int)
  case infinite(what: String, path: Int, date: Int, asset: Int)
  case severalRealPaths(what: String, paths: Int)
  case tooFewDates(what: String, dates: Int, needed: Int)
  case unequalPanels(path: Int)

  public var description: String {
    switch self {
    case .empty: "returns need at least one path, one date and one asset"
    case .size(let what, let expected, let got):
      "\(what): \(got) values where \(expected) are expected"
    case .infinite(let what, let path, let date, let asset):
      "\(what) of path \(path), date \(date), asset \(asset) are infinite; a missing value is NaN"
    case .severalRealPaths(let what, let paths):
      "\(what) has \(paths) paths; a real market has one"
    case .tooFewDates(let what, let dates, let needed):
      "\(what) has \(dates) dates; fidelity needs at least \(needed)"
    case .unequalPanels(let path):
      "path \(path) differs from path 0 in its dates or assets; all paths must share them"
    }
  }
}
