/// What a cell that should hold a number holds.
enum DecimalCell: Equatable {
  case value(Float)
  case empty
  /// A word that means "no value", such as `NaN` or `null`.
  case missingWord
  case notNumeric
  /// A number too large for single precision.
  case tooLarge
}

/// Reads decimal numbers from bytes: as `strtod` would to the last bit, but faster.
///
/// A mantissa up to 2⁵³ times a power of ten up to 10²² is exact in one multiplication or division
/// (W. D. Clinger, "How to Read Floating Point Numbers Accurately", 1990); the rest goes to the
/// standard library. The double is then rounded to single precision.
struct DecimalText {
  /// 10⁰ to 10²², the powers of ten that a double holds exactly.
  private let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19, 1e20, 1e21, 1e22,
  ]
  private static let missingWords: Set<String> = ["nan", "na", "n/a", "#n/a", "null", "none", "."]

  /// Reads optional sign, digits with at most one point, optional exponent; nothing else.
  @inline(__always)
  func read(_ text: UnsafeBufferPointer<UInt8>) -> DecimalCell {
    guard !text.isEmpty else { return .empty }
    guard let value = double(text) else {
      return Self.isMissingWord(text) ? .missingWord : .notNumeric
    }
    let single = Float(value)
    return single.isFinite ? .value(single) : .tooLarge
  }

  /// The correctly rounded value, or `nil` where the text is not a decimal number.
  func double(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    let zero = UInt8(ascii: "0")
    var at = 0
    var isNegative = false
    if at < text.count, text[at] == UInt8(ascii: "-") || text[at] == UInt8(ascii: "+") {
      isNegative = text[at] == UInt8(ascii: "-")
      at += 1
    }
    var mantissa: UInt64 = 0
    // Leading zeros do not count; 19 digits always fit into 64 bits.
    var significant = 0
    var digits = 0
    var pointAt: Int?
    while at < text.count {
      let digit = text[at] &- zero
      if digit < 10 {
        if significant > 0 || digit > 0 { significant += 1 }
        if significant <= 19 { mantissa = mantissa &* 10 &+ UInt64(digit) }
        digits += 1
      } else if text[at] == UInt8(ascii: "."), pointAt == nil {
        pointAt = digits
      } else {
        break
      }
      at += 1
    }
    guard digits > 0 else { return nil }
    var exponent = pointAt.map { $0 - digits } ?? 0
    if at < text.count {
      guard let written = Self.exponent(text, from: at) else { return nil }
      exponent += written
    }
    guard significant <= 19, mantissa <= 1 << 53, abs(exponent) <= 22 else {
      return Double(String(decoding: text, as: UTF8.self))
    }
    let magnitude =
      exponent < 0
      ? Double(mantissa) / powers[-exponent] : Double(mantissa) * powers[exponent]
    return isNegative ? -magnitude : magnitude
  }

  /// The number after `e` at `start`, kept within what cannot overflow; `nil` for anything else.
  private static func exponent(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    guard text[start] | 0x20 == UInt8(ascii: "e") else { return nil }
    var at = start + 1
    var isNegative = false
    if at < text.count, text[at] == UInt8(ascii: "-") || text[at] == UInt8(ascii: "+") {
      isNegative = text[at] == UInt8(ascii: "-")
      at += 1
    }
    guard at < text.count else { return nil }
    var value = 0
    while at < text.count {
      let digit = text[at] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = min(value * 10 + Int(digit), 1_000_000)
      at += 1
    }
    return isNegative ? -value : value
  }

  private static func isMissingWord(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    text.count <= 4 && missingWords.contains(String(decoding: text, as: UTF8.self).lowercased())
  }
}
