import Foundation

/// Goerg's heavy-tail transform of a normal variable: y = location + scale · u · exp(δ u² / 2).
///
/// For δ = 0 it is linear. Moments of y of order 1/δ and beyond are infinite. Goerg (2015), *The Lambert
/// Way to Gaussianize Heavy-Tailed Data with the Inverse of Tukey's h Transformation as a Special
/// Case*; the tail of Quant GANs comes from it alone.
struct HeavyTail: Sendable, Equatable {
  var location: Double
  var scale: Double
  var delta: Double

  /// u for y: sgn(z) √(W(δ z²) / δ) with z = (y − location) / scale.
  ///
  /// NaN stays NaN.
  func gaussianised(_ value: Double) -> Double {
    Self.gaussianised((value - location) / scale, delta)
  }

  /// y for u.
  func restored(_ value: Double) -> Double {
    location + scale * value * exp(0.5 * delta * value * value)
  }

  static func gaussianised(_ z: Double, _ delta: Double) -> Double {
    guard delta > 0 else { return z }
    let size = (lambertW(delta * z * z) / delta).squareRoot()
    return z < 0 ? -size : size
  }
}

extension HeavyTail {
  /// Fits by the iterative generalised method of moments: δ so that u has kurtosis 3, location and
  /// scale so that u has mean 0 and deviation 1, in turn until nothing moves by more than `tolerance`.
  ///
  /// Goerg (2015), section 4.2. `values` are finite; with lighter than normal tails δ is 0. A
  /// series that does not vary, or has fewer than two values, gets scale 1.
  /// - Complexity: O(n) a look at the kurtosis; a few looks in each of ten to forty rounds.
  static func fit(
    _ values: [Double], heavyTails: Bool = true, tolerance: Double = 1e-9
  ) -> HeavyTail {
    let (mean, deviation) = moments(values)
    guard deviation > 0, values.count > 1 else {
      return HeavyTail(location: mean.isNaN ? 0 : mean, scale: 1, delta: 0)
    }
    var fit = HeavyTail(location: mean, scale: deviation, delta: 0)
    guard heavyTails else { return fit }
    fit.location = median(values)
    fit.delta = 0.1
    for _ in 0..<200 {
      let before = fit
      fit.delta = delta(
        of: values.map { ($0 - fit.location) / fit.scale }, from: fit.delta, tolerance / 10)
      let centre = values.map {
        fit.location + fit.scale * gaussianised(($0 - fit.location) / fit.scale, fit.delta)
      }
      (fit.location, fit.scale) = moments(centre)
      let moved =
        abs(fit.location - before.location) / fit.scale + abs(fit.scale / before.scale - 1)
        + abs(fit.delta - before.delta)
      if moved < tolerance { break }
    }
    return fit
  }

  /// The δ from 0 to 3 at which z, transformed back, has kurtosis 3: by secants from a guess, kept
  /// within a bracket that every look makes smaller.
  private static func delta(of z: [Double], from guess: Double, _ tolerance: Double) -> Double {
    func excess(_ delta: Double) -> Double {
      let u = z.map { gaussianised($0, delta) }
      let (mean, deviation) = moments(u)
      var fourth = 0.0
      for value in u {
        let square = (value - mean) * (value - mean)
        fourth += square * square
      }
      return fourth / Double(u.count) / (deviation * deviation * deviation * deviation) - 3
    }
    var (low, high) = (0.0, 3.0)
    var (last, height) = (0.0, excess(0))
    guard height > 0 else { return 0 }
    var next = guess > 0 && guess < high ? guess : 0.1
    for _ in 0..<100 {
      let now = excess(next)
      if now > 0 { low = next } else { high = next }
      var step = next - now * (next - last) / (now - height)
      if !(step > low && step < high) { step = (low + high) / 2 }
      (last, height) = (next, now)
      if abs(step - next) <= tolerance || now == 0 { return now == 0 ? next : step }
      next = step
    }
    return next
  }

  /// Mean and deviation (by n).
  private static func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    return (mean, square.squareRoot())
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
