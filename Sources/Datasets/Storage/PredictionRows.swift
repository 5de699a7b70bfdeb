import Market

/// What one cell predicted, with what it is scored against: enough to recompute every metric.
///
/// - Invariant: columns are equally long; rows are sorted by date, then asset, without repeats;
///   `asset` points into `assets`; predictions are finite, labels and returns finite or NaN.
public struct PredictionRows: Sendable, Equatable {
  /// Names of the assets that rows point to.
  public let assets: [String]
  /// The day of each row.
  public let date: [TradingDate]
  /// The asset of each row, as a position in `assets`.
  public let asset: [Int32]
  public let prediction: [Float]
  /// What the model was asked to predict, transformed as in training; NaN where unknown.
  public let label: [Float]
  /// The simple return that a position would have earned; NaN where unknown.
  public let realizedReturn: [Float]
  /// What identifies the cell, such as `key`, `family`, `fold`; keys are not empty.
  public let cell: [String: String]

  /// - Throws: `PredictionRowsError` naming the row that breaks the invariant.
  public init(
    assets: [String], date: [TradingDate], asset: [Int32], prediction: [Float], label: [Float],
    realizedReturn: [Float], cell: [String: String]
  ) throws(PredictionRowsError) {
    let count = date.count
    let columns = [
      ("asset", asset.count), ("prediction", prediction.count), ("label", label.count),
      ("return", realizedReturn.count),
    ]
    for (name, length) in columns where length != count {
      throw .length(column: name, expected: count, got: length)
    }
    guard Set(assets).count == assets.count, !assets.contains("") else { throw .assetNames }
    guard !cell.keys.contains("") else { throw .emptyCellKey }
    for row in 0..<count {
      guard asset[row] >= 0, Int(asset[row]) < assets.count else {
        throw .asset(row: row, index: asset[row], count: assets.count)
      }
      if row > 0, (date[row - 1], asset[row - 1]) >= (date[row], asset[row]) {
        throw .order(row: row)
      }
      guard prediction[row].isFinite else { throw .notFinite(column: "prediction", row: row) }
      guard !label[row].isInfinite else { throw .notFinite(column: "label", row: row) }
      guard !realizedReturn[row].isInfinite else { throw .notFinite(column: "return", row: row) }
    }
    self.assets = assets
    self.date = date
    self.asset = asset
    self.prediction = prediction
    self.label = label
    self.realizedReturn = realizedReturn
    self.cell = cell
  }

  public var count: Int { date.count }

  /// Equal columns bit by bit, so that an unknown label equals an unknown label.
  public static func == (a: Self, b: Self) -> Bool {
    func same(_ x: [Float], _ y: [Float]) -> Bool {
      x.elementsEqual(y) { $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN) }
    }
    return a.assets == b.assets && a.date == b.date && a.asset == b.asset && a.cell == b.cell
      && same(a.prediction, b.prediction) && same(a.label, b.label)
      && same(a.realizedReturn, b.realizedReturn)
  }
}

/// Rows of predictions that contradict each other.
public enum PredictionRowsError: UserFacingError, Equatable {
  case length(column: String, expected: Int, got: Int)
  case assetNames
  case emptyCellKey
  case asset(row: Int, index: Int32, count: Int)
  case order(row: Int)
  case notFinite(column: String, row: Int)

  public var description: String {
    switch self {
    case .length(let column, let expected, let got):
      "column '\(column)' has \(got) values for \(expected) rows"
    case .assetNames: "asset names must be unique and not empty"
    case .emptyCellKey: "a key of the cell is empty"
    case .asset(let row, let index, let count):
      "row \(row) points to asset \(index) of \(count)"
    case .order(let row): "row \(row) does not follow the row before it by date, then asset"
    case .notFinite(let column, let row): "\(column) of row \(row) is not a finite number"
    }
  }
}
