import Digest
import Market
import Networks

extension TrainingMarket {
  /// 64 hexadecimal digits that tell these training and validation dates, with all that is known of them, from
  /// any others: a checkpoint of one fit is not gone on from by a fit to other data.
  ///
  /// - Complexity: O(dates × assets × components).
  func digest() throws -> String {
    let hash = try SHA256Hash()
    try hash.update(
      Array(
        "\(universe.assets) \(universe.attributes.sorted { $0.key < $1.key }) \(components)".utf8))
    for (role, stretches) in [("training", stretches), ("validation", validation)] {
      for stretch in stretches {
        try hash.update(Array("\(role) \(stretch.dates)".utf8))
        try hash.update(floats: stretch.moves.values)
      }
    }
    return try hash.finish().hex
  }
}

extension LabelledSamples {
  /// 64 hexadecimal digits that tell these rows and labels, as a model sees them, from any others.
  ///
  /// - Complexity: O(rows × columns).
  func digest() throws -> String {
    let hash = try SHA256Hash()
    try hash.update(Array("\(samples.columns) \(samples.universe.assets)".utf8))
    try samples.keys.flatMap { [$0.date, $0.asset] }.withUnsafeBytes { try hash.update($0) }
    try hash.update(floats: labels)
    try hash.update(floats: samples.matrix())
    return try hash.finish().hex
  }
}

extension SHA256Hash {
  /// Their bit patterns, as they lie in memory.
  fileprivate func update(floats values: [Float]) throws {
    try values.withUnsafeBytes { try update($0) }
  }
}
