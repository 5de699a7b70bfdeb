import Market

/// A fit that came to nothing, which the table shows as such.
public enum TrainingError: UserFacingError, Equatable {
  /// A loss or a gradient was no longer a number.
  case diverged(epoch: Int)
  case tooFewRows(rows: Int, needed: Int)
  /// Stopping on RankIC, and no date of the validation rows could be ranked.
  case unrankable(epoch: Int)
  case columns(expected: Int, got: Int)
  case notFinite(row: Int)
  /// Steps were to come from the columns, which show one date.
  case noWindowInColumns(columns: Int)

  public var description: String {
    switch self {
    case .diverged(let epoch):
      "training diverged in epoch \(epoch); a lower learning rate or gradient clipping may help"
    case .tooFewRows(let rows, let needed):
      "training needs at least \(needed) rows; there are \(rows)"
    case .unrankable(let epoch):
      "no validation date can be ranked up to epoch \(epoch) "
        + "(one asset a date, or equal forecasts); stop on the loss instead"
    case .columns(let expected, let got):
      "the model was fitted to \(expected) feature columns and was given \(got)"
    case .notFinite(let row): "the forecast of row \(row) is not a finite number"
    case .noWindowInColumns(let columns):
      "steps is 0, which takes a window from the columns, but these \(columns) columns are of a "
        + "single date; accepted: the feature set 'raw', or 1 to 1000 steps"
    }
  }
}
