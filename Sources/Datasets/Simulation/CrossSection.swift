/// Operations across the assets of one date.
enum CrossSection {
  /// Less the mean, over the deviation, limited to ±3; assets not counted get 0.
  ///
  /// All zero where fewer than three assets count or all are equal: there is no cross-section then.
  static func standardised(_ values: [Double], counting: [Bool]) -> [Double] {
    let counted = values.indices.filter { counting[$0] }
    let result = [Double](repeating: 0, count: values.count)
    guard counted.count > 2 else { return result }
    let mean = counted.reduce(0) { $0 + values[$1] } / Double(counted.count)
    let variance =
      counted.reduce(0) { $0 + (values[$1] - mean) * (values[$1] - mean) }
      / Double(counted.count)
    let deviation = variance.squareRoot()
    guard deviation > 1e-12 else { return result }
    var scored = result
    for index in counted { scored[index] = min(3, max(-3, (values[index] - mean) / deviation)) }
    return scored
  }
}
