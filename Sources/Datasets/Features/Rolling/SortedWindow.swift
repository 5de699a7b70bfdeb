/// The values of a window in increasing order.
///
/// - Complexity: every operation but reading is linear in the number of values, some of them at a
///   time: for windows of up to some hundred values faster than a search tree.
struct SortedWindow: ~Copyable {
  private let values: UnsafeMutableBufferPointer<Float>
  private(set) var count = 0

  /// - Precondition: never holds more than `capacity` values.
  init(capacity: Int) {
    values = .allocate(capacity: capacity)
    values.initialize(repeating: .nan)
  }

  deinit { values.deallocate() }

  /// The value at a place of the order, from 0.
  subscript(place: Int) -> Float { values[place] }

  /// How many values are less than `value`: its place in the order.
  func countBelow(_ value: Float) -> Int {
    // Without a branch, so that it runs over several values at once.
    var below: Int32 = 0
    for index in 0..<count { below &+= values[index] < value ? 1 : 0 }
    return Int(below)
  }

  /// Puts a value in and tells its place, the first among equals.
  mutating func insert(_ value: Float) -> Int {
    precondition(count < values.count)
    let place = countBelow(value)
    for index in stride(from: count, to: place, by: -1) { values[index] = values[index - 1] }
    values[place] = value
    count += 1
    return place
  }

  /// - Precondition: the value is there.
  mutating func remove(_ value: Float) {
    let place = countBelow(value)
    precondition(place < count)
    count -= 1
    for index in place..<count { values[index] = values[index + 1] }
  }

  /// The quantile of a level from 0 to 1, linear between two values; NaN for no value.
  func quantile(_ level: Double) -> Double {
    guard count > 0 else { return .nan }
    let place = level * Double(count - 1)
    let below = Int(place)
    let low = Double(values[below])
    let high = Double(values[min(below + 1, count - 1)])
    return low + (high - low) * (place - Double(below))
  }
}
