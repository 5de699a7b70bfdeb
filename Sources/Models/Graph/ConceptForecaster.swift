import Market
import Networks
import Torch

/// HIST: what a stock shares with predefined concepts, with hidden ones, and what is its own.
///
/// Xu et al. (2021), *HIST: A Graph-based Framework for Stock Trend Forecasting via Mining
/// Concept-Oriented Shared Information*, arXiv 2110.13716, in the form of the authors' code. Each
/// module takes away what it explains from its input (backcast) and adds to the forecast, hence
/// "doubly residual".
struct ConceptForecaster: NodeForecaster {
  /// The three linear maps of a module that shares information.
  struct Sharing: Parameterized {
    let map: Networks.Linear
    let back: Networks.Linear
    let fore: Networks.Linear

    var parameters: [NamedTensor] {
      map.parameters.prefixed("map") + back.parameters.prefixed("back")
        + fore.parameters.prefixed("fore")
    }

    func callAsFunction(_ shared: Tensor, _ pass: Pass) throws -> (back: Tensor, fore: Tensor) {
      let shared = try map(shared, pass)
      return (try back(shared, pass), try fore(shared, pass).leakyReLU())
    }
  }

  /// Everything learnt.
  struct Maps {
    /// `nil` where there is no concept.
    let predefined: Sharing?
    let hidden: Sharing
    let individual: Networks.Linear
    let head: Networks.Linear
  }

  private let assets: Int
  private let maps: Maps
  /// [assets, concepts]: 1 for a member; `nil` where there is no concept.
  private let members: Tensor?
  /// [assets, assets]: 1 off the diagonal.
  private let others: Tensor

  /// Takes one concept per asset, or `nil` where its concept is unknown.
  ///
  /// Without any concept the predefined module is left out.
  init(
    width: Int, concepts: [Int?], using stream: inout SeedStream, device: Device
  ) throws {
    func map(_ outputs: Int) throws -> Networks.Linear {
      try Networks.Linear(width, outputs, using: &stream, device: device)
    }
    func sharing() throws -> Sharing {
      Sharing(map: try map(width), back: try map(width), fore: try map(width))
    }
    let isShared = concepts.contains { $0 != nil }
    try self.init(
      Maps(
        predefined: isShared ? try sharing() : nil, hidden: try sharing(),
        individual: try map(width), head: try map(1)),
      concepts: concepts, device: device)
  }

  init(_ maps: Maps, concepts: [Int?], device: Device = .cpu) throws {
    self.maps = maps
    assets = concepts.count
    let count = (concepts.compactMap { $0 }.max() ?? -1) + 1
    members =
      count > 0
      ? try Tensor(
        concepts.flatMap { own in (0..<count).map { own == $0 ? Float(1) : 0 } },
        shape: [assets, count], device: device) : nil
    others = try 1 - Tensor.eye(assets, device: device)
  }

  var valuesPerDate: Int { assets * assets }

  var parameters: [NamedTensor] {
    (maps.predefined?.parameters.prefixed("predefined") ?? [])
      + maps.hidden.parameters.prefixed("hidden")
      + maps.individual.parameters.prefixed("individual") + maps.head.parameters.prefixed("head")
  }

  func callAsFunction(_ nodes: Tensor, observed: Tensor, _ pass: Pass) throws -> Tensor {
    let observed = try observed.to(nodes.dtype)
    var (rest, forecast): (Tensor, Tensor?) = (nodes, nil)
    if let predefined = maps.predefined, let members {
      let concepts = try members.to(nodes.dtype)
      let module = try predefined(fromConcepts(nodes, concepts, observed), pass)
      (rest, forecast) = (try rest - module.back, module.fore)
    }
    let module = try maps.hidden(fromHiddenConcepts(rest, observed), pass)
    rest = try rest - module.back
    let own = try maps.individual(rest, pass).leakyReLU()
    let shared = try forecast.map { try $0 + module.fore } ?? module.fore
    return try maps.head(shared + own, pass).squeezed(-1)
  }

  /// What each stock shares with the concepts, each being the sum of its members over their number
  /// and one more: a small concept says less.
  private func fromConcepts(
    _ nodes: Tensor, _ members: Tensor, _ observed: Tensor
  ) throws -> Tensor {
    let present = try members * observed.unsqueezed(-1)
    let count = try present.sum(1, keepDims: true)
    let concepts = try (present / (count + 1)).transposed().matmul(nodes)
    return try attention(nodes, concepts, absent: count.less(0.5))
  }

  /// What each stock shares with concepts that are found on the date itself.
  ///
  /// Every stock founds a concept and joins, in place of its own, the one founded by the stock most
  /// like it; concepts that nobody joined are given up, and the others keep their founder.
  private func fromHiddenConcepts(_ nodes: Tensor, _ observed: Tensor) throws -> Tensor {
    let similarity = try Self.cosines(nodes, nodes)
    let toOthers = try similarity * others
    let closest = try toOthers.filled(observed.unsqueezed(1).less(0.5), with: -1e9).argmax(-1)
    let places = try Tensor.arange(to: Double(assets), dtype: .int64, device: nodes.device)
    let joined = try closest.unsqueezed(-1).equal(places).to(nodes.dtype)
    let links = try toOthers * joined * observed.unsqueezed(-1)
    let founded = try links.detached().sum(1).notEqual(0).to(nodes.dtype)
    let eye = try 1 - others
    let membership = try links + similarity * eye * founded.unsqueezed(1)
    let concepts = try membership.transposed().matmul(nodes)
    return try attention(nodes, concepts, absent: founded.unsqueezed(1).less(0.5))
  }

  /// Concepts weighted by the softmax of their cosine to the node; absent ones are all 0.
  private func attention(_ nodes: Tensor, _ concepts: Tensor, absent: Tensor) throws -> Tensor {
    try Self.cosines(nodes, concepts).filled(absent, with: -1e9).softmax(-1).matmul(concepts)
  }

  /// [dates, n, width] and [dates, m, width] → [dates, n, m].
  ///
  /// The small numbers keep the slope finite where a vector is 0.
  private static func cosines(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    func length(_ x: Tensor) throws -> Tensor {
      try (x.square().sum(-1, keepDims: true) + 1e-12).sqrt()
    }
    let lengths = try length(a).matmul(length(b).transposed())
    return try a.matmul(b.transposed()) / (lengths + 1e-6)
  }
}
