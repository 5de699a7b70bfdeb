/// A feature as explanations count it: a column, or columns that show the same quantity.
///
/// Columns that say nearly the same stand in for each other, so that shuffling one of them costs
/// little however much the model relies on what they share. In a wide feature set they are
/// therefore shuffled together, which also bounds the cost.
struct FeatureGroup: Codable, Sendable, Equatable {
  let name: String
  /// Positions among the columns, increasing.
  let columns: [Int]

  /// Up to so many columns are features by themselves.
  static let mostSingleColumns = 40

  /// One a column; in sets of more than 40 columns, one a name without its trailing digits.
  ///
  /// Digits at the end of a name are a window or a lag: `ROC5` to `ROC60` make `ROC`, and so
  /// `alpha158` has 38 groups, `raw` 6. In order of first appearance.
  static func groups(of columns: [String]) -> [FeatureGroup] {
    guard columns.count > mostSingleColumns else {
      return columns.enumerated().map { FeatureGroup(name: $1, columns: [$0]) }
    }
    var names: [String] = []
    var members: [String: [Int]] = [:]
    for (position, column) in columns.enumerated() {
      let stem = column.reversed().drop { $0.isASCII && $0.isNumber }.reversed()
      let name = stem.isEmpty ? column : String(stem)
      if members[name] == nil { names.append(name) }
      members[name, default: []].append(position)
    }
    return names.map { FeatureGroup(name: $0, columns: members[$0] ?? []) }
  }
}
