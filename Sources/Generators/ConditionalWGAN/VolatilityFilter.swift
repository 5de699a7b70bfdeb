import Foundation

/// Tomorrow's variance from what has happened: a share of the long-run variance, and averages of past
/// squares that fade at different speeds.
///
/// h = ω + Σ aₖ Eₖ + a₅ x, all relative to the long run, with weights at least 0 that sum to 1: E are
/// exponential averages of squares with half-lives of 1, 5 and 30 days and one, of 5 days, of those of
/// falls alone (twice, so that it is 1 on average too); x comes from outside. Corsi (2009) mixes
/// horizons like this; falls count for more since Glosten, Jagannathan and Runkle (1993).
struct VolatilityFilter: Sendable, Equatable {
  /// Averages of squares; their half-lives in days and whether of falls alone.
  static let memories: [(days: Double, falls: Bool)] = [
    (1, false), (5, false), (30, false), (5, true),
  ]
  static let decays = memories.map { pow(0.5, 1 / $0.days) }
  /// The long run keeps at least this share, so that variance always finds back.
  static let leastLongRun = 0.03

  /// Of the long run, of each memory, and of what comes from outside; they sum to 1.
  var weights: [Double]

  /// What has happened, as exponential averages of squares relative to the long run.
  typealias Memory = [Double]

  static let longRun = Memory(repeating: 1, count: memories.count)

  /// Takes in a standardised value; NaN changes nothing.
  ///
  /// `fallFactor` is 1 over the share of falls in all squares: ½ where values are symmetric.
  static func remember(
    _ value: Double, in memory: inout Memory, fallFactor: Double = 2
  ) {
    guard !value.isNaN else { return }
    for index in memory.indices {
      let square =
        memories[index].falls ? (value < 0 ? fallFactor : 0) * value * value : value * value
      memory[index] = decays[index] * memory[index] + (1 - decays[index]) * square
    }
  }

  /// Relative variance, above 0.
  func variance(_ memory: Memory, outside: Double = 1) -> Double {
    var sum = weights[0] + weights[weights.count - 1] * outside
    for index in memory.indices { sum += weights[index + 1] * memory[index] }
    return sum
  }

  /// Σ squares / Σ squares of falls, within 1.4 and 3.3.
  static func fallFactor(_ values: [Double]) -> Double {
    var (all, falls) = (0.0, 0.0)
    for value in values where !value.isNaN {
      all += value * value
      if value < 0 { falls += value * value }
    }
    return falls > 0 ? min(3.3, max(1.4, all / falls)) : 2
  }

  /// The memory that stays as it is under an outside input.
  func settled(outside: Double) -> Memory {
    let own = weights[1..<weights.count - 1].reduce(0, +)
    let level = (weights[0] + weights[weights.count - 1] * outside) / max(0.01, 1 - own)
    return Memory(repeating: level, count: Self.memories.count)
  }
}

extension VolatilityFilter {
  /// Unbroken standardised series (deviation about 1; NaN where unknown) with an input from outside.
  struct Series {
    var values: [Double]
    var outside: [Double]?
    var fallFactor = 2.0
  }

  /// Gaussian quasi-likelihood over all series: Σ ln h + value²/h, least by moving weight between pairs
  /// of terms, in steps from 0.2 down to 0.02.
  ///
  /// - Complexity: O(days × steps), a few hundred steps.
  init(fitting series: [Series]) {
    let hasOutside = series.contains { $0.outside != nil }
    let width = Self.memories.count + 2
    // Rows of (1, memories, outside) and the square they are to foretell.
    var (terms, squares) = ([Double](), [Double]())
    for one in series {
      var memory = Self.longRun
      for (index, value) in one.values.enumerated() {
        if !value.isNaN {
          terms.append(1)
          terms.append(contentsOf: memory)
          terms.append(one.outside?[index] ?? 1)
          // One crash must not decide.
          squares.append(min(value * value, 50))
        }
        Self.remember(value, in: &memory, fallFactor: one.fallFactor)
      }
    }
    func cost(_ weights: [Double]) -> Double {
      var sum = 0.0
      terms.withUnsafeBufferPointer { terms in
        for row in squares.indices {
          var h = 0.0
          for index in 0..<width { h += weights[index] * terms[row * width + index] }
          h = max(h, 1e-4)
          sum += log(h) + squares[row] / h
        }
      }
      return sum
    }
    var best = [0.3, 0.1, 0.2, 0.3, 0.1, 0]
    var least = cost(best)
    let movable = hasOutside ? width : width - 1
    for step in [0.2, 0.1, 0.05, 0.02] where !squares.isEmpty {
      var improves = true
      while improves {
        improves = false
        for from in 0..<movable {
          for to in 0..<movable where to != from {
            let floor = from == 0 ? Self.leastLongRun : 0
            guard best[from] - step >= floor - 1e-9 else { continue }
            var tried = best
            tried[from] = max(0, tried[from] - step)
            tried[to] += step
            let value = cost(tried)
            if value < least - 1e-6 { (best, least, improves) = (tried, value, true) }
          }
        }
      }
    }
    self.init(weights: best)
  }
}
