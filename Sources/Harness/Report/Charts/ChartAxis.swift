import Foundation

/// One axis of a chart: what it spans, and where its marks stand.
struct ChartAxis {
  enum Kind { case linear, logarithmic }

  var label: String
  var kind = Kind.linear
  let low: Double
  let high: Double
  /// Marks with texts of their own, such as dates or names, in place of round numbers.
  var named: [(at: Double, text: String)] = []

  /// Spans the values with a little room, or the limits given.
  ///
  /// Values that are not finite, or on a logarithmic axis not above 0 or beyond all measure, are passed
  /// over; with none left the axis goes from 0 to 1.
  init(
    _ label: String, _ kind: Kind = .linear, covering values: some Sequence<Double>,
    including: [Double] = [], room: Double = 0.04
  ) {
    (self.label, self.kind) = (label, kind)
    let usable = (Array(values) + including).filter {
      $0.isFinite && (kind == .linear || (1e-100...1e100).contains($0))
    }
    guard let least = usable.min(), let most = usable.max() else {
      (low, high) = kind == .linear ? (0, 1) : (0.1, 1)
      return
    }
    switch kind {
    case .linear:
      // A single value still needs a span.
      let span = most > least ? most - least : max(1e-9, abs(least))
      (low, high) = (least - room * span, most + room * span)
    case .logarithmic:
      let span = max(0.1, log10(most / least))
      (low, high) = (least / pow(10, room * span), most * pow(10, room * span))
    }
  }

  /// Where a value stands, 0 to 1; `nil` for one that has no place.
  func place(_ value: Double) -> Double? {
    guard value.isFinite else { return nil }
    switch kind {
    case .linear: return (value - low) / (high - low)
    case .logarithmic:
      guard value > 0 else { return nil }
      return log(value / low) / log(high / low)
    }
  }

  /// Round values inside the span, about as many as asked for.
  func ticks(_ wanted: Int = 5) -> [Double] {
    guard named.isEmpty else { return named.map { $0.at } }
    switch kind {
    case .linear:
      let raw = (high - low) / Double(max(1, wanted))
      let size = pow(10, floor(log10(raw)))
      let step = ([1, 2, 2.5, 5, 10].first { $0 * size >= raw * 0.999 } ?? 10) * size
      var ticks: [Double] = []
      var value = (low / step).rounded(.up) * step
      while value <= high + 1e-12 * step, ticks.count < 50 {
        // Not -0, nor 0.30000000000000004.
        ticks.append(abs(value) < step * 1e-9 ? 0 : value)
        value += step
      }
      return ticks
    case .logarithmic:
      let (first, last) = (Int(log10(low).rounded(.up)), Int(log10(high).rounded(.down)))
      guard first <= last else { return [low, high] }
      let step = max(1, (last - first) / max(1, wanted))
      return stride(from: first, through: last, by: step).map { pow(10, Double($0)) }
    }
  }

  /// As short as the distance between ticks allows.
  func text(_ value: Double) -> String {
    if let mark = named.first(where: { $0.at == value }) { return mark.text }
    if kind == .logarithmic {
      let exponent = Int(log10(value).rounded())
      return (-3...4).contains(exponent)
        ? Self.plain(value, digits: max(0, -exponent)) : "1e\(exponent)"
    }
    let steps = ticks()
    let step = steps.count > 1 ? steps[1] - steps[0] : abs(value)
    guard step > 0, abs(value) < 1e7 else { return String(format: "%.3g", value) }
    var digits = 0
    while digits < 6,
      abs(step * pow(10, Double(digits)) - (step * pow(10, Double(digits))).rounded()) > 1e-6
    {
      digits += 1
    }
    return Self.plain(value, digits: digits)
  }

  private static func plain(_ value: Double, digits: Int) -> String {
    String(format: "%.\(digits)f", value)
  }
}
