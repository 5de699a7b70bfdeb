import Foundation

/// The principal branch of Lambert's W on z ≥ 0: the w ≥ 0 with w eʷ = z.
///
/// Halley's iteration (Corless et al., 1996, *On the Lambert W function*, section 5), to a relative
/// error of about 1e-15. NaN for z < 0.
func lambertW(_ z: Double) -> Double {
  guard z >= 0 else { return .nan }
  guard z > 0, z.isFinite else { return z }
  var w = z < 2 ? log1p(z) * (1 - log1p(log1p(z)) / (2 + log1p(z))) : log(z) - log(log(z) + 0.5)
  for _ in 0..<20 {
    let power = exp(w)
    let error = w * power - z
    let slope = power * (w + 1) - (w + 2) * error / (2 * w + 2)
    let change = error / slope
    w -= change
    if abs(change) <= 1e-15 * (1 + abs(w)) { break }
  }
  return w
}
