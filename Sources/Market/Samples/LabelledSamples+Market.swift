extension LabelledSamples {
  /// The market's part of each row's label: the mean over the date's rows of their forward simple
  /// returns; NaN where it is not known.
  ///
  /// Taken from the trailing returns of the date on which the label ends, where these rows have that
  /// date too and one unbroken history leads there. So it is known but for the last `label.reach` dates
  /// of each stretch, and nothing is looked at that lies outside these rows' own dates.
  public func marketReturns(_ label: LabelSpec) -> [Float] {
    let ranges = samples.dateRanges
    let starts = Dictionary(
      uniqueKeysWithValues: ranges.map { (Int(samples.keys[$0.lowerBound].date), $0.lowerBound) })
    var returns = [Float](repeating: .nan, count: count)
    for range in ranges {
      let date = Int(samples.keys[range.lowerBound].date)
      guard let end = starts[date + label.reach],
        samples.earliest(visibleOn: date + label.reach) <= date
      else { continue }
      let section = samples.crossSectionOfTrailingReturns(at: end, days: label.horizon)
      let known = range.map { section[Int(samples.keys[$0].asset)] }.filter { $0.isFinite }
      guard !known.isEmpty else { continue }
      let mean = known.reduce(0.0) { $0 + Double($1) } / Double(known.count)
      for row in range { returns[row] = Float(mean) }
    }
    return returns
  }
}
