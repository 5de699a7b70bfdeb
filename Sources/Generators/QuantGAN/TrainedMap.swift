import Networks
import Torch

/// The quantile map that training looks through once it has one.
///
/// Sampled values are mapped to those observed after training. A loss of what the network makes is then not of
/// what is sampled: the sums of several days, and how squares cluster, change with the map. It is fitted once
/// and stays, so that the network cannot drift with it.
struct TrainedMap: Parameterized {
  /// Quantiles of values, sampled and observed, and the two stretches.
  private let sampled: Tensor
  private let observed: Tensor
  private let stretch: Tensor
  /// 1 where there is a map.
  private let known: Tensor

  let parameters: [NamedTensor] = []
  var statistics: [NamedTensor] {
    [
      NamedTensor("sampled", sampled), NamedTensor("observed", observed),
      NamedTensor("stretch", stretch), NamedTensor("known", known),
    ]
  }

  /// To so many observed values.
  init(observed values: Int) throws {
    let knots = max(1, MarginalMap.knots(values))
    (sampled, observed) = (try .zeros([knots]), try .zeros([knots]))
    (stretch, known) = (try .zeros([2]), try .zeros([1]))
  }

  /// Takes over a map, unless it has one or this one changes nothing.
  func take(_ map: MarginalMap) throws {
    guard try known.floats()[0] == 0, map.sampled.count == sampled.count else { return }
    for (tensor, values) in [
      (sampled, map.sampled), (observed, map.observed), (stretch, map.stretch), (known, [1]),
    ] {
      try tensor.assign(Tensor(values.map { Float($0) }, shape: [values.count]))
    }
  }

  /// Values, with a graph, as the map has them.
  func callAsFunction(_ values: Tensor) throws -> Tensor {
    guard try known.floats()[0] == 1 else { return values }
    func numbers(_ tensor: Tensor) throws -> [Double] { try tensor.floats().map(Double.init) }
    let map = MarginalMap(
      sampled: try numbers(sampled), observed: try numbers(observed),
      stretch: try numbers(stretch))
    let lines = try values.detached().floats().map { map.line(at: Double($0)) }
    func tensor(_ part: [Double]) throws -> Tensor {
      try Tensor(part.map { Float($0) }, shape: values.shape, device: values.device)
    }
    return try values * tensor(lines.map(\.slope)) + tensor(lines.map(\.start))
  }
}
