import Market

extension Samples {
  /// Features of the rows in blocks, rows × columns, so that no copy of all of them is ever made.
  func forEachBlock(
    of rows: Int = 8192, _ body: (_ range: Range<Int>, _ values: [Float]) throws -> Void
  ) rethrows {
    var buffer: [Float] = []
    for start in stride(from: 0, to: count, by: rows) {
      let range = start..<min(start + rows, count)
      buffer.removeAll(keepingCapacity: true)
      gather(range, into: &buffer)
      try body(range, buffer)
    }
  }
}

extension LabelledSamples {
  /// Mean and deviation (divisor *n*) of the labels; 0 where there are none.
  var labelMoments: (mean: Double, deviation: Double) {
    let n = Double(max(1, count))
    let mean = labels.reduce(0.0) { $0 + Double($1) } / n
    let squares = labels.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    return (mean, (squares / n).squareRoot())
  }
}
