extension Chart {
  /// Names curves where they end, in the margin on the right, which becomes as wide as the longest name.
  ///
  /// - Parameters:
  ///   - ends: Name of each curve and the height at which it ends.
  ///   - place: Where on the axis all of them end.
  ///   - colours: Which colour each model has throughout the page.
  mutating func nameEnds(
    _ ends: [(name: String, at: Double)], x place: Double, colours: ModelColours
  ) {
    right = 14 + (ends.map { Chart.width(of: $0.name) }.max() ?? 0)
    let heights = LabelPlacement.spread(
      ends.map(\.at), apart: 12 * (y.high - y.low) / plotHeight, within: (y.low, y.high))
    for (end, height) in zip(ends, heights) {
      marks.append(
        .label(
          end.name, at: (place, height), series: colours.series(of: end.name), isLeft: false))
    }
  }
}
