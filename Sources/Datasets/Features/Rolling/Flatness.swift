/// Qlib's rule for a window in which a series stands still: a standard deviation within 2e-5 of 0.
///
/// `Rsquare` and `Corr` are NaN there (qlib/data/ops.py). A single value has no deviation and is not
/// flat by this rule. `squares` is the sum of squared deviations from the mean.
func isFlat(squares: Double, count: Double) -> Bool {
  count > 1 && squares <= 2e-5 * 2e-5 * (count - 1)
}
