import Torch

/// Values with a graph, in one row, and as numbers in rising order.
struct SortedValues {
  let values: [Double]
  private let tensor: Tensor
  /// Where in the row each of the values is.
  private let order: [Int]

  init(_ tensor: Tensor) throws {
    let made = try tensor.detached().floats()
    self.tensor = tensor
    order = made.indices.sorted { (made[$0], $0) < (made[$1], $1) }
    values = order.map { Double(made[$0]) }
  }

  /// Squared differences of values and the quantiles they should be, over the variance of these, averaged.
  ///
  /// `wanted` is sorted. Levels are of the values in rising order; by default they are ranks among them.
  func distance(toQuantiles wanted: [Double], at levels: [Double]? = nil) throws -> Tensor {
    let (mean, count) = (wanted.reduce(0, +) / Double(wanted.count), order.count)
    let variance =
      wanted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(wanted.count) + 1e-12
    var goals = [Float](repeating: 0, count: count)
    for (rank, index) in order.enumerated() {
      goals[index] = Float(
        quantile(wanted, levels?[rank] ?? (Double(rank) + 0.5) / Double(count)))
    }
    let target = try Tensor(goals, shape: [count], device: tensor.device)
    return try (tensor - target).square().mean() / variance
  }
}
