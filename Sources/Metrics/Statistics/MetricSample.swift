import Market

/// One metric of one model's replicates, ready to be resampled.
struct MetricSample: Resamplable {
  let metric: Metric
  let replicates: [DailyScores]
  /// For each replicate, where it keeps each date of the calendar; `nil` for it as it is.
  let places: [[Int?]?]
  let values: [Double?]

  init(_ metric: Metric, _ replicates: [DailyScores], _ calendar: [Int]) {
    self.metric = metric
    self.replicates = replicates
    places = replicates.map { replicate in
      if replicate.dates == calendar { return nil }
      let place = Dictionary(uniqueKeysWithValues: replicate.dates.enumerated().map { ($1, $0) })
      return calendar.map { place[$0] }
    }
    values = replicates.map(metric.value(of:))
  }

  var undefinedDates: Int {
    replicates.reduce(0) { $0 + $1.undefinedDates(of: metric) }
  }

  var mean: Double? { Self.mean(values) }

  func mean(in draw: Resamples.Draw) -> Double? {
    guard replicates.count > 1 else {
      return replicates.isEmpty ? nil : value(of: 0, in: draw)
    }
    var stream = SeedStream(seed: draw.replicateSeed)
    var times = [Int](repeating: 0, count: replicates.count)
    for _ in replicates { times[stream.index(below: replicates.count)] += 1 }
    return Self.mean(
      times.indices.flatMap { index in
        times[index] == 0
          ? [] : [Double?](repeating: value(of: index, in: draw), count: times[index])
      })
  }

  private func value(of index: Int, in draw: Resamples.Draw) -> Double? {
    guard let places = places[index] else {
      return metric.aggregate(replicates[index], draw.places)
    }
    return metric.aggregate(replicates[index], draw.places.compactMap { places[$0] })
  }

  private static func mean(_ values: [Double?]) -> Double? {
    let defined = values.compactMap { $0 }
    return defined.isEmpty ? nil : defined.reduce(0, +) / Double(defined.count)
  }
}
