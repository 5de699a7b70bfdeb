/// What is made of one day's bar alone, in single precision throughout.
extension AlphaGroup {
  /// The candle: its body, its length, its two shadows, and where in it the close lies.
  ///
  /// Each over the open; those with a 2 over the candle's length.
  static let candle = AlphaGroup(
    columns: ["KMID", "KLEN", "KMID2", "KUP", "KUP2", "KLOW", "KLOW2", "KSFT", "KSFT2"]
  ) { history in
    let bars = history.bars
    let length = combined(bars.high, bars.low, -)
    let divisor = length.map { $0 + 1e-12 }
    let body = combined(bars.close, bars.open, -)
    let top = combined(bars.open, bars.close) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }
    let bottom = combined(bars.open, bars.close) { $0.isNaN || $1.isNaN ? .nan : min($0, $1) }
    let upper = combined(bars.high, top, -)
    let lower = combined(bottom, bars.low, -)
    let shift = combined(combined(bars.close, bars.high) { 2 * $0 - $1 }, bars.low, -)
    return [
      combined(body, bars.open, /), combined(length, bars.open, /), combined(body, divisor, /),
      combined(upper, bars.open, /), combined(upper, divisor, /),
      combined(lower, bars.open, /), combined(lower, divisor, /),
      combined(shift, bars.open, /), combined(shift, divisor, /),
    ]
  }

  /// The day's other prices over its close.
  static let prices = AlphaGroup(columns: ["OPEN0", "HIGH0", "LOW0", "VWAP0"]) { history in
    let bars = history.bars
    return [bars.open, bars.high, bars.low, bars.vwapOrTypicalPrice].map {
      combined($0, bars.close, /)
    }
  }
}
