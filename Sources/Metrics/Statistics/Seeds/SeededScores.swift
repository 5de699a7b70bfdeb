/// The daily scores of one model by seed and path, and in which fold each date was predicted.
///
/// Every (fold, seed) was trained by itself, so the folds of different seeds can be put together to
/// a replicate that might as well have been: that is what tells the noise of training from the rest.
public struct SeededScores: Sendable {
  /// Seed × path; the same dates in all.
  public let seeds: [[DailyScores]]
  /// For each path, the fold of every date.
  public let folds: [[Int]]

  /// - Precondition: one fold a date for every path, and equal dates throughout.
  public init(seeds: [[DailyScores]], folds: [[Int]]) {
    for paths in seeds {
      precondition(paths.count == folds.count, "one list of folds a path")
      for (path, fold) in zip(paths, folds) {
        precondition(path.dates.count == fold.count, "one fold a date")
      }
    }
    (self.seeds, self.folds) = (seeds, folds)
  }

  /// Other replicates of the same model: each takes every fold from a seed of its own.
  ///
  /// - Parameters:
  ///   - donors: For each fold, the places of the seeds in the order of the replicates.
  ///   - columns: The columns to keep.
  /// - Returns: As many replicates as a fold has donors.
  /// - Precondition: equally many donors for every fold.
  public func assembled(from donors: [Int: [Int]], columns: [DailyColumn]) -> SeededScores {
    let replicates = donors.values.first.map { Array($0.indices) } ?? []
    precondition(donors.values.allSatisfy { $0.count == replicates.count }, "donors for each fold")
    return SeededScores(
      seeds: replicates.map { replicate in
        folds.indices.map { path in
          var values: [DailyColumn: [Double]] = [:]
          for column in columns {
            let series = seeds.map { $0[path][column] }
            values[column] = folds[path].enumerated().map { date, fold in
              donors[fold].map { series[$0[replicate]][date] } ?? .nan
            }
          }
          return DailyScores(dates: dates, rules: seeds[0][path].rules, values: values)
        }
      }, folds: folds)
  }

  public var dates: [Int] { seeds.first?.first?.dates ?? [] }

  /// The mean over seeds on all dates; `nil` where a seed has none.
  public func mean(of metric: Metric) -> Double? {
    let values = seeds.indices.compactMap { value(metric, of: $0, at: Array(dates.indices)) }
    guard values.count == seeds.count, !values.isEmpty else { return nil }
    return values.reduce(0, +) / Double(values.count)
  }

  /// Every fold there is, increasing.
  public var foldNumbers: [Int] { Set(folds.joined()).sorted() }

  /// A seed's score over the dates at `places`: the mean over its paths, `nil` where one has none.
  func value(_ metric: Metric, of seed: Int, at places: [Int]) -> Double? {
    mean(seeds[seed], metric, places)
  }

  /// The mean over seeds, each with the dates of one fold as `donor` predicted them.
  func value(_ metric: Metric, replacing fold: Int, by donor: Int) -> Double? {
    var sum = 0.0
    for seed in seeds.indices {
      let mixed = seeds[seed].indices.map { path in
        mixing(
          seeds[seed][path], with: seeds[donor][path], where: folds[path].map { $0 == fold },
          columns: metric.columns)
      }
      guard let value = mean(mixed, metric, Array(dates.indices)) else { return nil }
      sum += value
    }
    return sum / Double(seeds.count)
  }

  private func mean(_ paths: [DailyScores], _ metric: Metric, _ places: [Int]) -> Double? {
    var sum = 0.0
    for path in paths {
      guard let value = metric.aggregate(path, places) else { return nil }
      sum += value
    }
    return paths.isEmpty ? nil : sum / Double(paths.count)
  }

  private func mixing(
    _ own: DailyScores, with other: DailyScores, where isOther: [Bool], columns: [DailyColumn]
  ) -> DailyScores {
    var values: [DailyColumn: [Double]] = [:]
    for column in columns {
      let (mine, theirs) = (own[column], other[column])
      values[column] = isOther.indices.map { isOther[$0] ? theirs[$0] : mine[$0] }
    }
    return DailyScores(dates: own.dates, rules: own.rules, values: values)
  }
}
