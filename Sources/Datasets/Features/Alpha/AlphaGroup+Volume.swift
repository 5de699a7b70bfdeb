/// What became of the volume, and of price and volume together.
extension AlphaGroup {
  /// The correlation of the close with the logarithm of volume.
  static func correlation(_ window: Int) -> AlphaGroup {
    AlphaGroup(columns: ["CORR\(window)"]) { history in
      [rollingCorrelation(history.closes, history.logVolumes, window: window).map(Float.init)]
    }
  }

  /// The same of their relative changes.
  static func changeCorrelation(_ window: Int) -> AlphaGroup {
    AlphaGroup(columns: ["CORD\(window)"]) { history in
      let (prices, volumes) = (history.closeRatios, history.logVolumeRatios)
      return [rollingCorrelation(prices, volumes, window: window).map(Float.init)]
    }
  }

  /// Mean and standard deviation of the volumes, over today's.
  static func volumeMoments(_ window: Int) -> AlphaGroup {
    AlphaGroup(columns: ["VMA\(window)", "VSTD\(window)"]) { history in
      let moments = RollingMoments(of: history.volumes, window: window)
      return [moments.mean, moments.deviation].map { quotient($0, history.volumeDivisor) }
    }
  }

  /// The standard deviation of the volume-weighted price changes, over their mean.
  static func turnover(_ window: Int) -> AlphaGroup {
    AlphaGroup(columns: ["WVMA\(window)"]) { history in
      let moments = RollingMoments(of: history.turnover, window: window)
      return [zip(moments.deviation, moments.mean).map { Float($0 / ($1 + 1e-12)) }]
    }
  }

  /// Of all the volume's changes, without their sign: the share of rises, of falls, the difference.
  static func volumeChanges(_ window: Int) -> AlphaGroup {
    AlphaGroup(columns: ["VSUMP\(window)", "VSUMN\(window)", "VSUMD\(window)"]) { history in
      RollingChanges(of: history.volumeChanges, window: window).shares
    }
  }
}
