/// Several models' series on the dates that all of them have.
///
/// What compares more than two models at once needs the same dates for all. A model that lacks half of
/// the dates is left out, lest it take them from the others; then dates that any of the rest lacks are.
struct CommonDates {
  /// Those that take part, as numbered in what was given.
  let models: [Int]
  /// How many dates all of them have.
  let count: Int
  /// Date by date a number of each model; NaN throughout on a date that is left out.
  private let values: [Double]
  private let dates: Int

  /// - Precondition: equally many dates in each series; not finite where undefined.
  init(_ series: [[Double]]) {
    let dates = series.first?.count ?? 0
    precondition(series.allSatisfy { $0.count == dates }, "one number a date")
    let models = series.indices.filter { 2 * series[$0].count(where: \.isFinite) > dates }
    let complete = (0..<dates).map { date in models.allSatisfy { series[$0][date].isFinite } }
    values = (0..<dates).flatMap { date in
      models.map { complete[date] ? series[$0][date] : .nan }
    }
    count = models.isEmpty ? 0 : complete.count { $0 }
    (self.models, self.dates) = (models, dates)
  }

  /// Largest number without sign: rounding is to be measured against it.
  var scale: Double { values.reduce(0) { $1.isNaN ? $0 : max($0, abs($1)) } }

  /// The numbers of all models on each common date.
  var rows: [ArraySlice<Double>] {
    guard !models.isEmpty else { return [] }
    return (0..<dates).map { values[$0 * models.count..<($0 + 1) * models.count] }
      .filter { $0.first?.isNaN == false }
  }

  /// Mean of every model; `nil` without a common date.
  var means: [Double]? { means(at: Array(0..<dates)) }

  /// Mean of every model over these dates, repeats allowed; `nil` where none is a common one.
  func means(at places: [Int]) -> [Double]? {
    let width = models.count
    guard width > 0 else { return nil }
    var sums = [Double](repeating: 0, count: width)
    var known = 0
    values.withUnsafeBufferPointer { values in
      for place in places where !values[place * width].isNaN {
        known += 1
        for model in 0..<width { sums[model] += values[place * width + model] }
      }
    }
    return known > 0 ? sums.map { $0 / Double(known) } : nil
  }
}

extension Metric.Direction {
  /// Numbers of which lower ones are better.
  func losses(_ series: [Double]) -> [Double] {
    self == .higherIsBetter ? series.map { -$0 } : series
  }
}
