/// What became of the price over the last dates.
extension AlphaGroup {
  /// The close of `window` dates ago over today's.
  static func pastClose(_ window: Int) -> AlphaGroup {
    AlphaGroup(columns: ["ROC\(window)"]) { history in
      let close = history.bars.close
      return [combined(lagged(close, by: window), close, /)]
    }
  }

  /// Mean and standard deviation of the closes, over today's.
  static func moments(_ window: Int) -> AlphaGroup {
    AlphaGroup(columns: ["MA\(window)", "STD\(window)"]) { history in
      let moments = RollingMoments(of: history.closes, window: window)
      return [moments.mean, moments.deviation].map { quotient($0, history.bars.close) }
    }
  }

  /// The least-squares line through the closes: its slope and what today's is above it, over
  /// today's; and the share of their variance that it explains.
  static func trend(_ window: Int) -> AlphaGroup {
    AlphaGroup(columns: ["BETA\(window)", "RSQR\(window)", "RESI\(window)"]) { history in
      let trend = RollingTrend(of: history.closes, window: window)
      let close = history.bars.close
      return [
        quotient(trend.slope, close), trend.rSquared.map(Float.init),
        quotient(trend.residual, close),
      ]
    }
  }

  /// The highest high, the lowest low, where between them the close lies, and when they were.
  ///
  /// When is the position in the window, from 1, over its length. As in Qlib, which asks numpy, a
  /// missing value counts there as highest and as lowest, the first of several coming first.
  static func range(_ window: Int) -> AlphaGroup {
    let names = ["MAX", "MIN", "RSV", "IMAX", "IMIN", "IMXD"]
    return AlphaGroup(columns: names.map { "\($0)\(window)" }) { history in
      let (bars, start) = (history.bars, history.start)
      let high = RollingMaximum(of: bars.high, from: start, window: window)
      let negated = RollingMaximum(of: bars.low.map { -$0 }, from: start, window: window)
      let low = negated.value.map { -$0 }
      let close = bars.close
      let (above, below) = (high.position, negated.position)
      let length = Double(window)
      return [
        combined(high.value, close, /), combined(low, close, /),
        close.indices.map {
          let floor = Double(low[$0])
          return Float((Double(close[$0]) - floor) / (Double(high.value[$0]) - floor + 1e-12))
        },
        above.map { Float(Double($0) / length) }, below.map { Float(Double($0) / length) },
        combined(above, below) { Float(Double($0 - $1) / length) },
      ]
    }
  }

  /// The 80 % and the 20 % quantile of the closes over today's, and today's rank among them.
  static func order(_ window: Int) -> AlphaGroup {
    AlphaGroup(columns: ["QTLU\(window)", "QTLD\(window)", "RANK\(window)"]) { history in
      let close = history.bars.close
      let order = RollingOrder(of: close, window: window, lower: 0.2, upper: 0.8)
      return [
        quotient(order.upper, close), quotient(order.lower, close), order.rank.map(Float.init),
      ]
    }
  }

  /// The shares of dates on which the close rose and fell, and their difference.
  ///
  /// As in Qlib, a date without a close or without one before it counts as neither.
  static func counts(_ window: Int) -> AlphaGroup {
    AlphaGroup(columns: ["CNTP\(window)", "CNTN\(window)", "CNTD\(window)"]) { history in
      let signs = RollingSigns(of: history.closeChanges, from: history.start, window: window)
      return [
        signs.positive.map(Float.init), signs.negative.map(Float.init),
        zip(signs.positive, signs.negative).map { Float($0 - $1) },
      ]
    }
  }

  /// Of all the close's changes, without their sign: the share of rises, of falls, the difference.
  static func closeChanges(_ window: Int) -> AlphaGroup {
    AlphaGroup(columns: ["SUMP\(window)", "SUMN\(window)", "SUMD\(window)"]) { history in
      RollingChanges(of: history.closeChanges, window: window).shares
    }
  }
}
