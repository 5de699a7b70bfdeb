import Foundation

/// One number a date of one seed and path, rounded to a grid and packed into text.
///
/// Each number is a whole multiple of `step`, from −32767 to 32767, two bytes, low byte first; −32768
/// stands for undefined. The step is the power of two that just holds the largest number: rounding
/// moves a daily correlation by less than 0.00004. Equal numbers always become equal text.
public struct DailySeries: Codable, Sendable, Equatable {
  public let seed: Int
  public let path: Int
  /// Name of the daily column, such as `rank_ic`.
  public let column: String
  public let step: Double
  /// Base64; empty where every date is undefined.
  public let values: String

  private static let largest = 32_767.0
  private static let undefined = Int16.min

  init(seed: Int, path: Int, column: String, numbers: [Double]) {
    self.seed = seed
    self.path = path
    self.column = column
    let top = numbers.lazy.filter(\.isFinite).map { abs($0) }.max() ?? 0
    var step = 0x1p-15
    if top > 0 {
      step = exp2(log2(top / Self.largest).rounded(.up))
      if top / step > Self.largest { step *= 2 }
    }
    if !(step > 0 && step.isFinite) { step = 0x1p-15 }
    self.step = step
    guard numbers.contains(where: \.isFinite) else {
      values = ""
      return
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(2 * numbers.count)
    for number in numbers {
      let whole = (number / step).rounded()
      let packed = abs(whole) <= Self.largest ? Int16(whole) : Self.undefined
      let bits = UInt16(bitPattern: packed)
      bytes += [UInt8(bits & 0xff), UInt8(bits >> 8)]
    }
    values = Data(bytes).base64EncodedString()
  }

  /// One number a date, NaN where undefined; `nil` where the text is no series of so many dates.
  func numbers(dates: Int) -> [Double]? {
    if values.isEmpty { return [Double](repeating: .nan, count: dates) }
    guard let data = Data(base64Encoded: values), data.count == 2 * dates, step > 0, step.isFinite
    else { return nil }
    let bytes = [UInt8](data)
    return stride(from: 0, to: bytes.count, by: 2).map { place in
      let packed = Int16(bitPattern: UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8)
      return packed == Self.undefined ? .nan : Double(packed) * step
    }
  }
}
