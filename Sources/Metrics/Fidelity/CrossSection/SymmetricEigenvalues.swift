import Foundation

/// The eigenvalues of a symmetric matrix, largest first; `nil` where a value is not finite.
///
/// Householder reflections to tridiagonal form, then QL steps with implicit shifts (Bowdler, Martin,
/// Reinsch and Wilkinson 1968). No vectors are formed. The matrix is given row by row.
/// - Complexity: O(*n*³), about 4/3 *n*³ multiplications.
func symmetricEigenvalues(_ matrix: [Double], order n: Int) -> [Double]? {
  precondition(matrix.count == n * n)
  guard matrix.allSatisfy(\.isFinite) else { return nil }
  guard n > 0 else { return [] }
  var (diagonal, coupling) = tridiagonalised(matrix, order: n)
  for low in 0..<n {
    var steps = 0
    while true {
      // The block that begins at `low` ends where the coupling to the next row vanishes.
      var high = low
      while high < n - 1 {
        let size = abs(diagonal[high]) + abs(diagonal[high + 1])
        if abs(coupling[high]) <= .ulpOfOne * size { break }
        high += 1
      }
      if high == low { break }
      steps += 1
      // Each step gains digits by the cube; sixty never happen on finite numbers.
      guard steps <= 60 else { return nil }
      implicitStep(&diagonal, &coupling, low, high)
    }
  }
  return diagonal.sorted(by: >)
}

/// One QL step with Wilkinson's shift on rows `low`...`high`, the bulge chased upwards.
private func implicitStep(
  _ diagonal: inout [Double], _ coupling: inout [Double], _ low: Int, _ high: Int
) {
  let half = (diagonal[low + 1] - diagonal[low]) / (2 * coupling[low])
  let root = hypot(half, 1)
  let shift = diagonal[low] - coupling[low] / (half + (half < 0 ? -root : root))
  var (sine, cosine, carried) = (1.0, 1.0, 0.0)
  var bulge = diagonal[high] - shift
  for row in stride(from: high - 1, through: low, by: -1) {
    let (f, b) = (sine * coupling[row], cosine * coupling[row])
    let radius = hypot(f, bulge)
    coupling[row + 1] = radius
    if radius == 0 {
      // The block has fallen apart by itself.
      diagonal[row + 1] -= carried
      coupling[high] = 0
      return
    }
    (sine, cosine) = (f / radius, bulge / radius)
    let trailing = diagonal[row + 1] - carried
    let mixed = (diagonal[row] - trailing) * sine + 2 * cosine * b
    carried = sine * mixed
    diagonal[row + 1] = trailing + carried
    bulge = cosine * mixed - b
  }
  diagonal[low] -= carried
  coupling[low] = bulge
  coupling[high] = 0
}

/// The diagonal, and below it the couplings of each row with the next, of a similar matrix.
private func tridiagonalised(
  _ matrix: [Double], order n: Int
) -> (diagonal: [Double], coupling: [Double]) {
  var a = matrix
  // One more than there are: the QL step writes behind the last.
  var coupling = [Double](repeating: 0, count: n)
  var (v, p) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: n))
  a.withUnsafeMutableBufferPointer { a in
    for column in 0..<max(0, n - 2) {
      // The reflection that leaves only the first entry of the column below the diagonal.
      var square = 0.0
      for row in column + 1..<n {
        v[row] = a[row * n + column]
        square += v[row] * v[row]
      }
      let first = v[column + 1]
      let length = first < 0 ? square.squareRoot() : -square.squareRoot()
      coupling[column] = length
      guard square > first * first else {
        coupling[column] = first
        continue
      }
      v[column + 1] = first - length
      let scale = 2 / (square - first * first + v[column + 1] * v[column + 1])
      v.withUnsafeMutableBufferPointer { v in
        p.withUnsafeMutableBufferPointer { p in
          let (from, count) = (column + 1, n - column - 1)
          for row in from..<n {
            p[row] = scale * dot(UnsafeBufferPointer(a), row * n + from, .init(v), from, count)
          }
          let shared = scale / 2 * dot(UnsafeBufferPointer(v), from, .init(p), from, count)
          for row in from..<n { p[row] -= shared * v[row] }
          for row in from..<n {
            let (vRow, pRow, start) = (v[row], p[row], row * n)
            for other in from..<n { a[start + other] -= vRow * p[other] + pRow * v[other] }
          }
        }
      }
    }
  }
  if n > 1 { coupling[n - 2] = a[(n - 1) * n + n - 2] }
  return ((0..<n).map { a[$0 * n + $0] }, coupling)
}
