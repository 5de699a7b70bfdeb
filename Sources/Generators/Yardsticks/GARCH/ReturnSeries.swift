/// Returns of one asset (or of the market) over the unbroken stretches of training.
///
/// Missing is NaN. Rows before the first known return of a stretch belong to none of its segments.
struct ReturnSeries: Sendable {
  let values: [Double]
  /// One a stretch that has a known return, from the first of them to the end of the stretch.
  let segments: [Range<Int>]
  /// What the square before the first of each segment is taken to be.
  let backcasts: [Double]
  let known: Int
  /// Of the known values; 0 for a series that has mean 0 by construction.
  let mean: Double
  /// Root of the mean square about `mean`.
  let deviation: Double

  /// How many squares a backcast averages, with weights that fall by 0.94 from one to the next.
  static let backcastDays = 75
  /// Stretches with fewer take the whole series' mean square.
  static let fewestForBackcast = 20

  init(_ values: [Double], stretches: [Range<Int>], isCentred: Bool = false) {
    self.values = values
    segments = stretches.compactMap { stretch in
      values[stretch].firstIndex { !$0.isNaN }.map { $0..<stretch.upperBound }
    }
    let all = segments.flatMap { values[$0].filter { !$0.isNaN } }
    known = all.count
    let sampleMean = all.isEmpty ? 0 : all.reduce(0, +) / Double(all.count)
    let centre = isCentred ? 0 : sampleMean
    let square = all.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
    let meanSquare = all.isEmpty ? 0 : square / Double(all.count)
    (mean, deviation) = (centre, meanSquare.squareRoot())
    backcasts = segments.map { segment in
      let early = values[segment].filter { !$0.isNaN }.prefix(Self.backcastDays)
      guard early.count >= Self.fewestForBackcast else { return meanSquare }
      var (sum, weights, weight) = (0.0, 0.0, 1.0)
      for value in early {
        sum += weight * (value - centre) * (value - centre)
        weights += weight
        weight *= 0.94
      }
      return sum / weights
    }
  }

  private init(_ series: ReturnSeries, dividedBy scale: Double) {
    values = series.values.map { $0 / scale }
    segments = series.segments
    backcasts = series.backcasts.map { $0 / (scale * scale) }
    known = series.known
    (mean, deviation) = (series.mean / scale, series.deviation / scale)
  }

  /// The same series in other units.
  func divided(by scale: Double) -> ReturnSeries { ReturnSeries(self, dividedBy: scale) }
}
