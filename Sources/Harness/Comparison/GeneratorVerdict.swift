import Market
import Metrics

/// What a generator's markets are good for: to train on, to choose models by, and how real they look.
public struct GeneratorVerdict: Codable, Sendable, Equatable {
  /// A difference with its interval; the interval is `nil` where there is too little to resample.
  public struct Difference: Codable, Sendable, Equatable {
    public let mean: Double
    public let low: Double?
    public let high: Double?

    init(_ difference: PairedDifference) {
      (mean, low, high) = (difference.point, difference.interval?.low, difference.interval?.high)
    }
  }

  /// Mean RankIC of a training source less that of `real`, on the same dates; for `reverse`, whose rows are
  /// of a sampled market, the *k*-th sampled date stands under the *k*-th test date.
  public struct Gap: Codable, Sendable, Equatable {
    public struct Family: Codable, Sendable, Equatable {
      public let name: String
      public let gap: Difference
    }

    /// `synthetic`, `augmented` or `reverse`.
    public let kind: TrainingSource.Kind
    /// Over all families that both have, each counted once.
    public let all: Difference
    public let families: [Family]
  }

  /// Whether families trained on synthetic rows come out in the order they have on real ones.
  public struct RankPreservation: Codable, Sendable, Equatable {
    public let kind: TrainingSource.Kind
    /// Kendall's τ: 1 for the same order, −1 for the reverse.
    public let tau: Double
    public let low: Double?
    public let high: Double?
    public let families: Int
  }

  public let name: String
  public let generator: String
  public let gaps: [Gap]
  public let ranks: [RankPreservation]
  /// `nil` where no sampled market could be compared with the real one.
  public let fidelity: FidelitySummary?
  /// Markets that could not be made.
  public let failed: Int

  init(
    _ choice: GeneratorChoice, _ scored: [RowScorer.Scored], resamples: Resamples,
    fidelity: FidelitySummary?, failed: Int
  ) {
    func rows(_ source: TrainingSource) -> [String: RowScorer.Scored] {
      Dictionary(
        scored.filter { $0.training == source && !$0.row.isYardstick && $0.row.rankIC != nil }
          .map { ($0.row.name, $0) }, uniquingKeysWith: { first, _ in first })
    }
    let real = rows(.real)
    var (gaps, ranks) = ([Gap](), [RankPreservation]())
    for kind in TrainingSource.Kind.allCases where kind != .real {
      let made = rows(TrainingSource(kind, of: choice.name))
      // In the order of the spec, so that equal inputs give equal bytes.
      let names = scored.map(\.row.name).uniqued().filter { real[$0] != nil && made[$0] != nil }
      let pairs = names.compactMap { name in
        made[name].flatMap { made in real[name].map { (made.replicates, $0.replicates) } }
      }
      guard let all = Self.meanGap(pairs, resamples) else { continue }
      gaps.append(
        Gap(
          kind: kind, all: all,
          families: zip(names, pairs).compactMap { name, pair in
            resamples.pairedDifference(.rankIC, of: pair.0, from: pair.1)
              .map { Gap.Family(name: name, gap: Difference($0)) }
          }))
      if let agreement = resamples.rankAgreement(
        .rankIC, of: pairs.map(\.0), and: pairs.map(\.1))
      {
        ranks.append(
          RankPreservation(
            kind: kind, tau: agreement.tau, low: agreement.interval?.low,
            high: agreement.interval?.high, families: agreement.models))
      }
    }
    (name, generator) = (choice.name, choice.id)
    (self.gaps, self.ranks, self.fidelity, self.failed) = (gaps, ranks, fidelity, failed)
  }

  private static func meanGap(
    _ pairs: [([DailyScores], [DailyScores])], _ resamples: Resamples
  ) -> Difference? {
    let (made, real) = meansOverFamilies(
      pairs.map { (resamples.series(.rankIC, of: $0.0), resamples.series(.rankIC, of: $0.1)) },
      dates: resamples.calendar.count)
    return resamples.pairedDifference(of: made, from: real).map(Difference.init)
  }

  /// Of both sides the mean of each date over the families that both know on it, NaN without one.
  ///
  /// A family that is undefined on one side would else shift the other's mean alone.
  static func meansOverFamilies(
    _ series: [(made: [Double], real: [Double])], dates: Int
  ) -> (made: [Double], real: [Double]) {
    var means = (
      made: [Double](repeating: .nan, count: dates), real: [Double](repeating: .nan, count: dates)
    )
    for date in 0..<dates {
      let known = series.filter { $0.made[date].isFinite && $0.real[date].isFinite }
      guard !known.isEmpty else { continue }
      means.made[date] = known.reduce(0) { $0 + $1.made[date] } / Double(known.count)
      means.real[date] = known.reduce(0) { $0 + $1.real[date] } / Double(known.count)
    }
    return means
  }
}

extension Sequence where Element: Hashable {
  /// Each element once, where it first came.
  func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}

extension Sequence {
  /// Of the elements of equal name, the first.
  func uniqued<Name: Hashable>(by name: (Element) -> Name) -> [Element] {
    var seen: Set<Name> = []
    return filter { seen.insert(name($0)).inserted }
  }
}
