/// The greatest of a window's values and its position, the first of equal ones; NaN is no value.
struct Peak: WindowSummary {
  private var value = -Float.infinity
  private var position = Int32.max

  static let missing = (value: Float.nan, position: Int32(0))

  static func isKnown(_ observation: (value: Float, position: Int32)) -> Bool {
    observation.value == observation.value
  }

  /// `nil` for no value.
  var known: (value: Float, position: Int32)? { position == .max ? nil : (value, position) }

  mutating func add(
    _ observation: (value: Float, position: Int32), around _: (value: Float, position: Int32)
  ) {
    self = self + Peak(value: observation.value, position: observation.position)
  }

  static func + (a: Peak, b: Peak) -> Peak {
    let isTied = b.value == a.value && b.position < a.position
    return b.value > a.value || isTied ? b : a
  }

  init() {}

  private init(value: Float, position: Int32) {
    self.value = value
    self.position = position
  }
}
