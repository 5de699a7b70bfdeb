import Market

/// Weights times features, plus the intercept.
struct LinearPredictor: Predictor {
  let fit: LinearFit
  let notes: [String: Double]

  func predict(_ samples: Samples) -> [Float] {
    let width = fit.weights.count
    var result: [Float] = []
    result.reserveCapacity(samples.count)
    var buffer: [Float] = []
    for start in stride(from: 0, to: samples.count, by: 4096) {
      let range = start..<min(start + 4096, samples.count)
      buffer.removeAll(keepingCapacity: true)
      samples.gather(range, into: &buffer)
      // Row by row rather than as a matrix product, whose bits may depend on the number of rows.
      buffer.withUnsafeBufferPointer { values in
        fit.weights.withUnsafeBufferPointer { weights in
          for row in 0..<range.count {
            var sum = fit.intercept
            for column in 0..<width {
              sum += weights[column] * Double(values[row * width + column])
            }
            result.append(Float(sum))
          }
        }
      }
    }
    return result
  }
}
