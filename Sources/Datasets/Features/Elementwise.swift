// Series against series, position by position. Qlib keeps what it reads, and what it computes from
// that without a window, in single precision; following it there keeps even differences that cancel
// (`close / previous close - 1`) equal to its own. Everything with a window is double.

/// The value `lag` dates earlier, NaN before there is one: Qlib's `Ref`.
func lagged(_ series: [Float], by lag: Int) -> [Float] {
  let missing = min(lag, series.count)
  return [Float](repeating: .nan, count: missing) + series.dropLast(missing)
}

/// A value for each position of two series of one length.
func combined(_ x: [Float], _ y: [Float], _ combine: (Float, Float) -> Float) -> [Float] {
  precondition(x.count == y.count)
  return x.indices.map { combine(x[$0], y[$0]) }
}

/// A windowed statistic over a series, rounded to single precision at the end.
func quotient(_ numerator: [Double], _ denominator: [Float]) -> [Float] {
  precondition(numerator.count == denominator.count)
  return numerator.indices.map { Float(numerator[$0] / Double(denominator[$0])) }
}

/// A series in double precision for a window to run over, with NaN for what is not finite.
///
/// The quotient of two volumes is infinite after a day without trade; windows pass over it as over
/// a missing value, as pandas' do.
func finite(_ series: [Float]) -> [Double] {
  series.map { $0.isFinite ? Double($0) : .nan }
}
