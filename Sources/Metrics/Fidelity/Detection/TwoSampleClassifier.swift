/// How well a simple classifier tells real windows from synthetic ones it has not seen.
///
/// Lopez-Paz and Oquab (2017), *Revisiting Classifier Two-Sample Tests*. Whole stretches of dates are
/// left out in turn (five folds), so that no day, and no day's market, is on both sides.
public struct TwoSampleClassifier: Sendable, Codable, Equatable {
  /// Share of left-out windows that are told apart; 0.5 is chance.
  public let accuracy: Double
  /// Windows judged, half of them real.
  public let windows: Int
  public let chance: Double
  /// Wilson's 95 % interval for as many *independent* windows; windows of one stretch, or of assets
  /// on the same days, are not, so the floor's range is the one to trust.
  public let interval: Interval

  /// `nil` with fewer than five stretches on a side or ten windows.
  init?(real: WindowFeatures, synthetic: WindowFeatures, folds: Int = 5) {
    let count = min(real.values.count, synthetic.values.count)
    guard count >= 10 else { return nil }
    var (rows, labels, foldOf) = ([[Double]](), [Bool](), [Int]())
    for (side, isReal) in [(real, true), (synthetic, false)] {
      let kept = evenlySpread(count, of: side.values.count)
      let stretches = Set(kept.map { side.stretches[$0] }).sorted()
      guard stretches.count >= folds else { return nil }
      let rank = Dictionary(uniqueKeysWithValues: zip(stretches, 0...))
      for place in kept {
        rows.append(side.values[place])
        labels.append(isReal)
        foldOf.append((rank[side.stretches[place]] ?? 0) % folds)
      }
    }
    var correct = 0
    for fold in 0..<folds {
      let training = rows.indices.filter { foldOf[$0] != fold }
      let scale = Standardisation(training.map { rows[$0] })
      guard
        let model = LogisticRegression(
          training.map { scale.apply(rows[$0]) }, training.map { labels[$0] }, ridge: 1)
      else { return nil }
      for row in rows.indices where foldOf[row] == fold {
        if (model.probability(scale.apply(rows[row])) > 0.5) == labels[row] { correct += 1 }
      }
    }
    let n = Double(2 * count)
    let share = Double(correct) / n
    (accuracy, windows, chance) = (share, 2 * count, 0.5)
    let z = 1.959963984540054
    let centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    let reach = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    interval = Interval(low: centre - reach, high: centre + reach)
  }
}

/// Means and deviations of training rows alone.
private struct Standardisation {
  private let means: [Double]
  private let deviations: [Double]

  init(_ rows: [[Double]]) {
    let columns = (rows.first ?? []).indices.map { column in Moments(of: rows.map { $0[column] }) }
    means = columns.map(\.mean)
    deviations = columns.map { $0.deviation ?? 0 }
  }

  func apply(_ row: [Double]) -> [Double] {
    row.indices.map { deviations[$0] > 0 ? (row[$0] - means[$0]) / deviations[$0] : 0 }
  }
}

extension FidelityMetric {
  static let classifierAdvantage = FidelityMetric(
    id: "classifier_advantage", title: "Classifier advantage", group: .detection,
    summary: "|accuracy − ½| of a classifier of real against synthetic windows", unit: .fraction,
    better: .lower
  ) { real, synthetic in
    TwoSampleClassifier(real: real.windows, synthetic: synthetic.windows)
      .map { abs($0.accuracy - $0.chance) }
  }

  static let classifierAccuracy = FidelityMetric(
    id: "classifier_accuracy", title: "Classifier accuracy", group: .detection,
    summary: "share of left-out windows recognised as real or synthetic; chance is ½",
    unit: .fraction, better: .floor
  ) { real, synthetic in
    TwoSampleClassifier(real: real.windows, synthetic: synthetic.windows)?.accuracy
  }
}
