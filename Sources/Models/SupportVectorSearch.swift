import Market

/// The point of a grid whose fit predicts the validation rows best.
///
/// Every C at the middle ε, then every other ε at the C that was best: the two hardly interact, and
/// the whole grid would cost twice the time. Equally good points: the smaller C. More rows than
/// the search may have are thinned to dates evenly spaced, and C raised by as much as the rows are
/// fewer, so that errors weigh the same in all.
struct SupportVectorSearch {
  let choice: SupportVectorPoint
  /// NaN where no point has a score: the middle is then the choice.
  let score: Double
  /// The chosen fit, where it had all training rows.
  let fitted: SupportVectorMachine.Fitted?

  init(
    _ grid: SupportVectorGrid, of machine: SupportVectorMachine, _ train: LabelledSamples,
    _ validating: LabelledSamples, by selection: Linear.Selection, rows limit: Int
  ) throws {
    let some = train.thinned(to: limit)
    let heavier = Double(train.count) / Double(some.count)
    let rows = try machine.rows(of: some)
    let scoring = ValidationScore(selection: selection, validating: validating)
    let watched = try machine.features(of: validating.samples)
    var best: (point: SupportVectorPoint, score: Double, fitted: SupportVectorMachine.Fitted)?

    func visit(_ point: SupportVectorPoint) throws {
      let scaled = SupportVectorPoint(cost: point.cost * heavier, epsilon: point.epsilon)
      let fitted = try machine.fit(rows, at: scaled)
      guard let score = scoring.score(try fitted.predict(watched)) else { return }
      if best.map({ scoring.isBetter(score, than: $0.score) }) ?? true {
        best = (point, score, fitted)
      }
    }
    let middle = grid.middle
    for cost in grid.costs { try visit(.init(cost: cost, epsilon: middle.epsilon)) }
    let cost = best?.point.cost ?? middle.cost
    for epsilon in grid.epsilons where epsilon != middle.epsilon {
      try visit(.init(cost: cost, epsilon: epsilon))
    }
    choice = best?.point ?? middle
    score = best?.score ?? .nan
    fitted = some.count == train.count ? best?.fitted : nil
  }
}

extension LabelledSamples {
  /// The rows of dates evenly spaced, as many as leave at most `limit` rows and at least one date.
  func thinned(to limit: Int) -> LabelledSamples {
    guard count > limit else { return self }
    let ranges = samples.dateRanges
    let dates = max(1, Int(Double(ranges.count) * Double(limit) / Double(count)))
    let kept = (0..<dates).map { ranges[$0 * ranges.count / dates] }
    return LabelledSamples(
      samples: samples.selecting(kept.flatMap { samples.keys[$0] }),
      labels: kept.flatMap { labels[$0] })
  }
}
