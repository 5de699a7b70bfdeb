/// Minimises a smooth function of a few variables: BFGS with a bracketing line search for the weak
/// Wolfe conditions (Nocedal & Wright, 2006, algorithm 6.1; Lewis & Overton, 2013, algorithm 2.6).
///
/// Deterministic. Points where the function is not finite are stepped back from.
struct QuasiNewton {
  var largestGradient = 1e-6
  /// Gains that end the search when two steps in a row stay below.
  var smallestGain = 1e-13
  var iterations = 200

  struct Minimum {
    var point: [Double]
    var value: Double
    var iterations: Int
  }

  typealias Objective = (_ point: [Double]) -> (value: Double, gradient: [Double])

  func minimise(from start: [Double], _ objective: Objective) -> Minimum {
    let count = start.count
    var point = start
    var (value, gradient) = objective(point)
    // The inverse Hessian's estimate, row-major; the identity at first.
    var inverse = (0..<count * count).map { $0 % (count + 1) == 0 ? 1.0 : 0.0 }
    var idle = 0
    for iteration in 0..<iterations {
      guard value.isFinite, gradient.contains(where: { abs($0) > largestGradient }) else {
        return Minimum(point: point, value: value, iterations: iteration)
      }
      var direction = (0..<count).map { row in
        -(0..<count).reduce(0) { $0 + inverse[row * count + $1] * gradient[$1] }
      }
      if dot(direction, gradient) >= 0 { direction = gradient.map { -$0 } }
      let first = iteration == 0 ? min(1, 1 / dot(gradient, gradient).squareRoot()) : 1
      guard
        let next = search(
          from: point, value, gradient, along: direction, first: first, objective)
      else { return Minimum(point: point, value: value, iterations: iteration) }
      let step = zip(next.point, point).map(-)
      let change = zip(next.gradient, gradient).map(-)
      let curvature = dot(step, change)
      if curvature > 1e-300 {
        if iteration == 0 {
          let size = curvature / dot(change, change)
          for index in 0..<count { inverse[index * (count + 1)] = size }
        }
        update(&inverse, step: step, change: change, curvature: curvature)
      }
      idle = value - next.value < smallestGain ? idle + 1 : 0
      (point, value, gradient) = next
      if idle == 2 { return Minimum(point: point, value: value, iterations: iteration + 1) }
    }
    return Minimum(point: point, value: value, iterations: iterations)
  }

  private func search(
    from point: [Double], _ value: Double, _ gradient: [Double], along direction: [Double],
    first: Double, _ objective: Objective
  ) -> (point: [Double], value: Double, gradient: [Double])? {
    let slope = dot(direction, gradient)
    var (low, high, length) = (0.0, Double.infinity, first)
    var best: (point: [Double], value: Double, gradient: [Double])?
    for _ in 0..<50 {
      let trial = zip(point, direction).map { $0 + length * $1 }
      let found = objective(trial)
      if !(found.value <= value + 1e-4 * length * slope) {
        high = length
      } else {
        best = (trial, found.value, found.gradient)
        guard dot(direction, found.gradient) < 0.9 * slope else { return best }
        low = length
      }
      length = high.isFinite ? (low + high) / 2 : 2 * low
    }
    return best
  }

  /// (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ.
  private func update(
    _ inverse: inout [Double], step: [Double], change: [Double], curvature: Double
  ) {
    let count = step.count
    let product = (0..<count).map { row in
      (0..<count).reduce(0) { $0 + inverse[row * count + $1] * change[$1] }
    }
    let scale = (1 + dot(change, product) / curvature) / curvature
    for row in 0..<count {
      for column in 0..<count {
        inverse[row * count + column] +=
          scale * step[row] * step[column]
          - (product[row] * step[column] + step[row] * product[column]) / curvature
      }
    }
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
