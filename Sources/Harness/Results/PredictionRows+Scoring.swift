import Datasets
import Market
import Metrics

extension PredictionRows {
  /// What a cell predicted on a panel's dates and assets, as it is stored.
  init(_ rows: ScoredRows, of panel: Panel, cell: Cell) throws {
    try self.init(
      assets: panel.universe.assets, date: rows.keys.map { panel.calendar[Int($0.date)] },
      asset: rows.keys.map(\.asset), prediction: rows.predictions, label: rows.targets,
      realizedReturn: rows.returns, cell: Self.identity(of: cell))
  }

  /// The same rows under what another run calls their cell.
  func labelled(as cell: Cell) throws -> PredictionRows {
    try PredictionRows(
      assets: assets, date: date, asset: asset, prediction: prediction, label: label,
      realizedReturn: realizedReturn, cell: Self.identity(of: cell))
  }

  private static func identity(of cell: Cell) -> [String: String] {
    [
      "key": cell.key, "source": cell.source, "family": cell.family, "name": cell.name,
      "fold": "\(cell.fold)", "seed": "\(cell.seed)",
    ]
  }

  /// The rows by their positions in a panel, ready to be scored.
  ///
  /// - Throws: `RunDirectoryError.unreadable` where the panel lacks a date or has other assets.
  func scored(on panel: Panel, named file: String) throws -> ScoredRows {
    guard assets == panel.universe.assets else {
      throw RunDirectoryError.unreadable(file, "its assets are not those of the dataset")
    }
    let positions = Dictionary(
      uniqueKeysWithValues: panel.calendar.dates.enumerated().map { ($1, $0) })
    var keys: [SampleKey] = []
    keys.reserveCapacity(count)
    var (known, position) = (TradingDate?.none, 0)
    for row in 0..<count {
      if date[row] != known {
        guard let found = positions[date[row]] else {
          throw RunDirectoryError.unreadable(file, "\(date[row]) is not a date of the dataset")
        }
        (known, position) = (date[row], found)
      }
      keys.append(SampleKey(date: position, asset: Int(asset[row])))
    }
    return ScoredRows(
      keys: keys, predictions: prediction, targets: label, returns: realizedReturn)
  }
}

extension RunDirectory {
  /// Stores what a cell came to, by the dates and assets of the workbench it ran on.
  func store(
    _ record: CellRecord, _ rows: ScoredRows?, of cell: Cell, on workbench: Workbench
  ) throws {
    try store(
      record,
      rows.map { try PredictionRows($0, of: workbench.dataset.panel, cell: cell) })
  }
}
