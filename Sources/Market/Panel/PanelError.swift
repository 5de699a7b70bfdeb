/// A panel that cannot exist: the data given contradict each other.
public enum PanelError: UserFacingError, Equatable {
  case unorderedDates(TradingDate, TradingDate)
  case emptyAssetName
  case repeatedAsset(String)
  case repeatedField(String)
  case attributeLength(name: String, expected: Int, got: Int)
  case size(expected: Int, got: Int)
  case notFinite(field: String, date: TradingDate, asset: String)
  case missingField(String, has: [String], neededFor: String)
  /// A span of dates that holds none of the panel's.
  case noDates(first: TradingDate?, last: TradingDate?)

  public var description: String {
    switch self {
    case .unorderedDates(let earlier, let later):
      "dates must increase strictly; \(later) follows \(earlier)"
    case .emptyAssetName: "an asset has an empty name"
    case .repeatedAsset(let name): "asset '\(name)' is listed twice"
    case .repeatedField(let name): "field '\(name)' is listed twice"
    case .attributeLength(let name, let expected, let got):
      "attribute '\(name)' has \(got) values for \(expected) assets"
    case .size(let expected, let got): "a panel of \(expected) values was given \(got)"
    case .notFinite(let field, let date, let asset):
      "\(field) of \(asset) on \(date) is infinite; a missing value is NaN"
    case .noDates(let first, let last):
      "no date lies in the span asked for; the panel has "
        + (first.flatMap { first in last.map { "\(first) to \($0)" } } ?? "none")
    case .missingField(let name, let has, let need):
      "\(need) needs the field '\(name)'; this panel has: \(has.joined(separator: ", "))"
    }
  }
}
