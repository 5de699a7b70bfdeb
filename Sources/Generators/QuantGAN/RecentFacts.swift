import Market
import Networks
import Torch

/// The facts that recent batches of training showed, averaged, the last one counting most.
///
/// One batch shows its facts with noise, and a loss of squared gaps asks for less of what makes the noise: for paths
/// that differ less from each other, so cluster less. What several batches show has little of it, and as a gap
/// closes so does what is left of the gradient. Averages lag behind training, which makes it sway where
/// they reach far back and its rate is high.
struct RecentFacts: Parameterized {
  /// How much weight is left of a batch when the next one comes.
  private let kept: Float
  /// Sum of weights; 0 before the first batch.
  private let weight: Tensor
  /// Weighted sums: of the correlations, one curve after the other, and by horizon of the shares of sums of
  /// returns that are below each of `places`.
  private let curves: Tensor
  private let shares: [Tensor]
  /// By horizon, the sums wanted, thinned to `mostPlaces`.
  let places: [[Double]]

  /// What is known of a distribution, at most: markets of many assets have a million sums.
  static let mostPlaces = 4096

  let parameters: [NamedTensor] = []
  var statistics: [NamedTensor] {
    [NamedTensor("weight", weight), NamedTensor("curves", curves)]
      + shares.enumerated().map { NamedTensor("shares.\($0.offset)", $0.element) }
  }

  /// Of 1 batch or more: an average has the noise of one over about twice as many.
  init(_ facts: StylizedFacts, batches: Int) throws {
    kept = 1 - 1 / Float(batches)
    weight = try .zeros([1])
    curves = try .zeros([facts.correlations.joined().count])
    places = facts.sums.map { sums in
      guard sums.count > Self.mostPlaces else { return sums }
      return (0..<Self.mostPlaces).map {
        quantile(sums, (Double($0) + 0.5) / Double(Self.mostPlaces))
      }
    }
    shares = try places.map { try Tensor.zeros([max(1, $0.count)]) }
  }

  /// One batch: its correlations, and its shares by horizon, `nil` where it has none.
  struct Batch {
    var curves: [Float]
    var shares: [[Float]?] = []
  }

  /// What the batches before showed; of the first, what it shows itself.
  func known(beside batch: Batch) throws -> Batch {
    let weight = try weight.floats()[0]
    guard weight > 0 else { return batch }
    func mean(_ sums: Tensor) throws -> [Float] { try sums.floats().map { $0 / weight } }
    return Batch(
      curves: try mean(curves),
      shares: try zip(shares, batch.shares).map { sums, own in own == nil ? nil : try mean(sums) })
  }

  func take(_ batch: Batch) throws {
    func add(_ values: [Float], to sums: Tensor) throws {
      let next = zip(try sums.floats(), values).map { kept * $0 + $1 }
      try sums.assign(Tensor(next, shape: [next.count]))
    }
    try add(batch.curves, to: curves)
    for case (let sums, let values?) in zip(shares, batch.shares) { try add(values, to: sums) }
    try add([1], to: weight)
  }

  // MARK: - Shares and levels

  /// Of sorted values, the share below each of `wanted`, sorted as well.
  static func shares(_ values: [Double], below wanted: [Double]) -> [Float] {
    var below = 0
    return wanted.map { bound in
      while below < values.count, values[below] < bound { below += 1 }
      return Float(below) / Float(max(1, values.count))
    }
  }

  /// The level of each of sorted values in a distribution of which the shares below `wanted` are known: straight
  /// between them, and beyond the outer ones by rank.
  ///
  /// - Complexity: O(values + wanted).
  static func levels(_ values: [Double], wanted: [Double], shares: [Float]) -> [Double] {
    guard let low = wanted.first, let high = wanted.last else { return [] }
    let (bottom, top) = (Double(shares[0]), Double(shares[wanted.count - 1]))
    let under = values.prefix { $0 < low }.count
    let over = values.reversed().prefix { $0 >= high }.count
    var place = 0
    return values.indices.map { rank in
      if rank < under { return bottom * (Double(rank) + 0.5) / Double(under) }
      let above = rank - (values.count - over)
      if above >= 0 { return top + (1 - top) * (Double(above) + 0.5) / Double(over) }
      while place + 2 < wanted.count, wanted[place + 1] <= values[rank] { place += 1 }
      let part = (values[rank] - wanted[place]) / (wanted[place + 1] - wanted[place])
      return Double(shares[place]) + part * Double(shares[place + 1] - shares[place])
    }
  }
}
