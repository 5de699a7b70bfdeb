import Market
import Torch

/// How the volume innovations of a trained generator are brought to those of training windows.
///
/// An innovation is taken for c + b |y| + e, with y the standardised return beside it. Of made ones, c and b
/// are exchanged for the real ones, and e is scaled so that log volume, an autoregression of
/// innovations, has the variance that white ones of the real size give: a network that errs a little the same
/// way on every day of a window, or leans against large returns, would else say so many times over.
struct VolumeLevel: Sendable, Equatable {
  /// c and b, made and real.
  var made: [Double]
  var real: [Double]
  var width: Double

  /// Standardised returns beyond this are as this one.
  static let farthest = 5.0

  init(made: [Double], real: [Double], width: Double) {
    (self.made, self.real, self.width) = (made, real, width)
  }

  /// Measured on windows [batch, assets, days, components], made and real, with the place of volume
  /// among the components.
  init(made: [Float], real: [Float], shape: [Int], volume: Int, persistence: Double) {
    let (days, width) = (shape[2], shape[3])
    func paths(_ values: [Float]) -> [[(size: Double, value: Double)]] {
      stride(from: 0, to: values.count, by: days * width).map { start in
        (0..<days).map { day in
          let cell = start + day * width
          return (min(Self.farthest, abs(Double(values[cell]))), Double(values[cell + volume]))
        }
      }
    }
    let (ours, theirs) = (paths(made), paths(real))
    (self.made, self.real) = (Self.line(ours), Self.line(theirs))
    let line = (made: self.made, real: self.real)
    func left(_ day: (size: Double, value: Double), _ line: [Double]) -> Double {
      day.value - line[0] - line[1] * day.size
    }
    let square = theirs.joined().reduce(0) { $0 + left($1, line.real) * left($1, line.real) }
    // The variance that a window adds up to: days that err alike count for more than their own.
    var sum = 0.0
    for path in ours {
      let errors = path.map { left($0, line.made) }
      for (day, error) in errors.enumerated() {
        var weight = 1.0
        for before in (0...day).reversed() {
          sum += (before == day ? 1 : 2) * weight * error * errors[before]
          weight *= persistence
        }
      }
    }
    self.width = min(5, max(0.2, (square / max(1e-9, sum)).squareRoot()))
  }

  /// Least squares of values on sizes: where it starts, and its slope.
  private static func line(_ paths: [[(size: Double, value: Double)]]) -> [Double] {
    let days = paths.joined()
    let count = Double(max(1, days.count))
    let size = days.reduce(0) { $0 + $1.size } / count
    let value = days.reduce(0) { $0 + $1.value } / count
    let square = days.reduce(0) { $0 + ($1.size - size) * ($1.size - size) }
    let product = days.reduce(0) { $0 + ($1.size - size) * ($1.value - value) }
    let slope = product / max(1e-9, square)
    return [value - slope * size, slope]
  }

  /// An innovation beside a standardised return, levelled.
  func callAsFunction(_ value: Double, beside standardised: Double) -> Double {
    let size = min(Self.farthest, abs(standardised))
    return real[0] + real[1] * size + width * (value - made[0] - made[1] * size)
  }
}
