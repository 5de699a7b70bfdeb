import Torch

/// The tensors of the best epoch so far, and how good it was.
///
/// Scores are losses: less is better.
struct BestEpoch {
  private(set) var epoch = 0
  private(set) var score = Double.infinity
  private var kept: [Tensor] = []

  /// Keeps copies of the network's tensors if the score is the best so far, and says whether it is.
  mutating func offer(_ score: Double, epoch: Int, of network: some Parameterized) throws -> Bool {
    guard score < self.score else { return false }
    (self.score, self.epoch) = (score, epoch)
    kept = try withoutGrad {
      try (network.parameters + network.statistics).map { try $0.tensor.cloned() }
    }
    return true
  }

  /// Puts parameters and running statistics back to what they were in the best epoch.
  func restore(to network: some Parameterized) throws {
    for (item, value) in zip(network.parameters + network.statistics, kept) {
      try item.tensor.assign(value)
    }
  }
}
