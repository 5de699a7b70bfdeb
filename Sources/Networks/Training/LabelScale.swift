/// Training labels brought to mean 0 and deviation 1, whatever their transform.
///
/// Learning rates, Huber's threshold and initial weights then mean the same for raw daily returns
/// as for standardised labels.
public struct LabelScale: Sendable, Equatable {
  public let mean: Float
  public let deviation: Float

  /// Fitted to training labels; constant labels keep their unit.
  public init(_ labels: [Float]) {
    let count = Double(max(1, labels.count))
    let mean = labels.reduce(0.0) { $0 + Double($1) } / count
    let squares = labels.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    let deviation = (squares / count).squareRoot()
    self.mean = Float(mean)
    self.deviation = deviation > 1e-12 ? Float(deviation) : 1
  }

  /// As it was fitted before; the deviation is above 0.
  public init(mean: Float, deviation: Float) {
    (self.mean, self.deviation) = (mean, deviation)
  }

  func scaled(_ label: Float) -> Float { (label - mean) / deviation }
  func unscaled(_ value: Float) -> Float { value * deviation + mean }
}
