extension DailyColumn {
  /// Forward return of the portfolio decided on the date, before costs: long less short side.
  public static let longShortReturn = DailyColumn("ls_return")
  /// Part of it that the long side earned.
  public static let longSideReturn = DailyColumn("ls_long_return")
  /// Part of it that the short side earned: positive where what was sold short fell.
  public static let shortSideReturn = DailyColumn("ls_short_return")
  /// Σ|Δw|: value traded on the date to get from the position that ended to the new one.
  public static let tradedValue = DailyColumn("ls_traded")
}

extension DailyMeasure {
  /// The equal-weighted long-short quantile portfolio of each date (`QuantilePortfolio`).
  ///
  /// A label of horizon *h* is held for *h* dates, so there are *h* books, each renewed every *h*
  /// dates: the position of date *t* replaces that of *t* − *h*. The first position of a book is
  /// bought in full. Where no position was decided on *t* − *h*, the book's last one had been closed
  /// by then: its closing is charged together with the opening.
  public static let longShort = DailyMeasure([
    .longShortReturn, .longSideReturn, .shortSideReturn, .tradedValue,
  ]) { rows, rules in
    let undefined = [Double](repeating: .nan, count: rows.ranges.count)
    var columns = [[Double]](repeating: undefined, count: 4)
    var portfolio = QuantilePortfolio()
    var books = [Book?](repeating: nil, count: rules.horizon)
    rows.forEachSection(against: rows.returns) { position, section in
      guard portfolio.divide(section.predicted, quantile: rules.portfolio.quantile) else { return }
      var book = Book(date: section.date)
      var (long, short) = (0.0, 0.0)
      for row in section.assets.indices {
        long += portfolio.long[row] * Double(section.realised[row])
        short -= portfolio.short[row] * Double(section.realised[row])
        let weight = portfolio.long[row] - portfolio.short[row]
        if weight != 0 { book.weights.append((section.assets[row], weight)) }
      }
      let slot = section.date % rules.horizon
      columns[0][position] = long + short
      columns[1][position] = long
      columns[2][position] = short
      columns[3][position] = book.value(tradedFrom: books[slot], horizon: rules.horizon)
      books[slot] = book
    }
    return columns
  }
}

/// A position: the date it was decided on, and weights in asset order.
private struct Book {
  let date: Int
  var weights: [(asset: Int32, weight: Double)] = []

  init(date: Int) { self.date = date }

  var gross: Double { weights.reduce(0) { $0 + abs($1.weight) } }

  /// Σ|Δw| on the way from `previous` to this position.
  func value(tradedFrom previous: Book?, horizon: Int) -> Double {
    guard let previous else { return gross }
    guard previous.date == date - horizon else { return previous.gross + gross }
    var (traded, mine, other) = (0.0, 0, 0)
    while mine < weights.count || other < previous.weights.count {
      let asset = mine < weights.count ? weights[mine].asset : .max
      let held = other < previous.weights.count ? previous.weights[other].asset : .max
      if asset == held {
        traded += abs(weights[mine].weight - previous.weights[other].weight)
        mine += 1
        other += 1
      } else if asset < held {
        traded += abs(weights[mine].weight)
        mine += 1
      } else {
        traded += abs(previous.weights[other].weight)
        other += 1
      }
    }
    return traded
  }
}
