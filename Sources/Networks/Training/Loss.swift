import Market
import Torch

/// What training makes small, in units of the labels' deviation, as specs name it.
public enum Loss: String, SpecChoice {
  case mse
  /// Quadratic within one deviation, linear beyond: heavy tails count for less.
  case huber

  /// The mean over the rows.
  func callAsFunction(_ forecasts: Tensor, _ labels: Tensor) throws -> Tensor {
    switch self {
    case .mse: try forecasts.squaredError(labels)
    case .huber: try forecasts.huberLoss(labels, delta: 1)
    }
  }

  /// The same mean in double precision, over rows that went through the network in pieces.
  func mean(_ forecasts: [Float], _ labels: [Float]) -> Double {
    let sum = zip(forecasts, labels).reduce(0.0) { sum, pair in
      let distance = abs(Double(pair.0) - Double(pair.1))
      return switch self {
      case .mse: sum + distance * distance
      case .huber: sum + (distance <= 1 ? distance * distance / 2 : distance - 0.5)
      }
    }
    return sum / Double(max(1, labels.count))
  }
}
