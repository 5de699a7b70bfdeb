import Market

extension FittedGenerator {
  /// One sampled path as a panel: valid prices on the weekdays after the last training date.
  ///
  /// - Throws: As `sample`.
  public func panel(_ request: SampleRequest, path: Int) throws -> Panel {
    let moves = try sample(request, path: path)
    let (universe, start) = try market.assets(request)
    return try moves.panel(
      from: start,
      calendar: .weekdays(
        from: TradingDate(daysSinceEpoch: market.lastDate.daysSinceEpoch + 1),
        count: request.days),
      universe: universe)
  }
}

extension FittedMarket {
  /// The assets of a request and where their prices start.
  ///
  /// New assets are named `NEW0001` and so on, and each has the attributes of one fitted asset drawn
  /// at random: the same ones in every path.
  public func assets(_ request: SampleRequest) throws -> (Universe, StartingPoint) {
    guard case .new(let count) = request.assets else { return (universe, start) }
    let models = newAssetModels(request)
    let names = (1...count).map { index in
      let digits = String(index)
      return "NEW" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
    let attributes = universe.attributes.mapValues { values in models.map { values[$0] } }
    return (
      try Universe(names, attributes: attributes),
      StartingPoint(Array(repeating: .new, count: count))
    )
  }

  /// For each new asset the fitted one whose attributes it has; empty for the fitted universe.
  public func newAssetModels(_ request: SampleRequest) -> [Int] {
    guard case .new(let count) = request.assets else { return [] }
    var stream = request.seeds.stream("new assets")
    return (0..<count).map { _ in
      min(universe.count - 1, Int(stream.uniform() * Double(universe.count)))
    }
  }
}
