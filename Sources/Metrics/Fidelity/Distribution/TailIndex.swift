import Foundation

/// Which end of the returns.
enum Tail: String, Sendable { case losses, gains }

/// Hill's tail index: the exponent α of P(|*r*| > *x*) ~ *x*^−α, from the outermost 5 % of a sample.
///
/// *k* = ⌊0.05 *n*⌋ of all *n* values, about where daily returns follow a power law and still leave
/// enough of them; the estimate leans on that choice, so only values of equal *k*/*n* compare.
/// `nil` where *k* < 10 or the tail is not on its side of 0.
///
/// Hill (1975), *A Simple General Approach to Inference About the Tail of a Distribution*.
func tailIndex(_ sample: SortedSample, _ tail: Tail, share: Double = 0.05) -> Double? {
  let (values, n) = (sample.values, sample.values.count)
  let k = Int(share * Double(n))
  guard k >= 10, k < n else { return nil }
  func outermost(_ place: Int) -> Double {
    tail == .losses ? -Double(values[place]) : Double(values[n - 1 - place])
  }
  let threshold = outermost(k)
  guard threshold > 0 else { return nil }
  var sum = 0.0
  for place in 0..<k { sum += log(outermost(place) / threshold) }
  return sum > 0 ? Double(k) / sum : nil
}

extension FidelityMetric {
  static func tailIndex(_ tail: Tail) -> FidelityMetric {
    FidelityMetric(
      id: "tail_index_\(tail.rawValue)", title: "Tail index, \(tail.rawValue)",
      group: .distribution,
      summary: "|difference| of Hill's index of the outermost 5 % of daily \(tail.rawValue)",
      unit: .ratio
    ) { tail == .losses ? $0.lossTail : $0.gainTail }
  }
}
