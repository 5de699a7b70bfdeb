import Market
import Networks
import Torch

/// A graph network over the stocks of a date: each forecast looks at the stock's neighbours too.
///
/// - `gat`: rounds of graph attention (Veličković et al., 2018, *Graph Attention Networks*) over
///   edges from the sector and from correlated returns on the training dates;
/// - `hist`: predefined and hidden concepts (Xu et al., 2021, *HIST*).
///
/// The graph is made from training dates alone. A forecast depends on its date's whole
/// cross-section, and never on which rows of it are asked for.
enum GNN: ModelFamily {
  struct Hyperparameters: Codable, Sendable, Equatable {
    var variant = Variant.gat
    /// Dates, ending with its own, of which a node is made; above 1 by a recurrent unit.
    var steps = 1
    /// Features of a node.
    var width = 32
    /// Layers of the recurrent unit.
    var recurrentLayers = 1
    /// Rounds of attention: how many edges away a stock hears of another.
    var rounds = 1
    var heads = 4
    /// What makes two stocks neighbours; heads are dealt to the kinds in turn.
    var edges = [StockGraph.Edges.sector, .correlation]
    /// Edges by correlation from each stock.
    var neighbours = 8
    /// The static attribute behind edges by sector, and behind predefined concepts.
    var attribute = "sector"
    /// Whether a round adds to what a node was before, or replaces it.
    var residual = true
    /// Probability of dropping an element of a node.
    var dropout = 0.3
    var loss = Loss.mse
    var epochs = 30
    /// Whole cross-sections in a training step.
    var datesPerBatch = 16
    var learningRate = 3e-3
    /// Decoupled, as in AdamW.
    var weightDecay = 0.3
    /// The largest joint norm of the gradients; 0 for none.
    var gradientClip = 1.0
    var patience = 5
    /// What says which epoch was best on the validation rows.
    var stopping = TrainingOptions.Stopping.loss
  }

  enum Variant: String, SpecChoice {
    case gat, hist
  }

  static let id = "gnn"
  static let summary = "graph attention over the stocks of a date, or HIST's concepts"
  static let defaults = Hyperparameters()
  static let isSeeded = true
  static let revision = 2

  /// Values of one tensor, above which a training step would not fit in memory.
  static let mostLogits = 1 << 26

  static func window(_ given: Hyperparameters) -> Int { given.steps }

  static func fit(
    _ train: LabelledSamples, validating: LabelledSamples?, _ given: Hyperparameters,
    in context: FitContext
  ) throws -> any Predictor {
    try TorchRuntime.require(context.device)
    let universe = train.samples.universe
    let groups = universe.groups(by: given.attribute)
    let usesAttribute = given.variant == .hist || given.edges.contains(.sector)
    // The usual name may be absent, as documented; another one was meant.
    if usesAttribute, groups == nil,
      given.attribute != defaults.attribute || (given.variant == .gat && given.edges == [.sector])
    {
      throw GraphError.noAttribute(given.attribute, known: universe.attributes.keys.sorted())
    }
    try requireRoom(assets: universe.count, given)
    var weights = context.seeds.stream("weights")
    let encoder = try NodeEncoder(
      columns: train.samples.columns.count, width: given.width, steps: given.steps,
      layers: given.recurrentLayers, using: &weights, device: context.device)
    switch given.variant {
    case .gat:
      let graph = try StockGraph(
        given.edges, of: train.samples, attribute: given.attribute,
        neighbours: given.neighbours)
      let forecaster = try AttentionForecaster(
        .init(
          width: given.width, heads: given.heads, rounds: given.rounds,
          dropout: given.dropout, residual: given.residual),
        graph: graph, using: &weights, device: context.device)
      return try fit(
        train, validating, given, context, encoder, forecaster,
        notes: ["edges": Double(graph.edges), "sectors": Double(groups?.names.count ?? 0)])
    case .hist:
      let forecaster = try ConceptForecaster(
        width: given.width,
        concepts: groups?.index ?? Array(repeating: nil, count: universe.count),
        using: &weights, device: context.device)
      return try fit(
        train, validating, given, context, encoder, forecaster,
        notes: ["concepts": Double(groups?.names.count ?? 0)])
    }
  }

  private static func fit(
    _ train: LabelledSamples, _ validating: LabelledSamples?, _ given: Hyperparameters,
    _ context: FitContext, _ encoder: NodeEncoder, _ forecaster: some NodeForecaster,
    notes: [String: Double]
  ) throws -> any Predictor {
    let network = StockNetwork(
      encoder: encoder, forecaster: forecaster, columns: train.samples.columns.count,
      steps: given.steps, dropout: Dropout(given.dropout), device: context.device)
    let loop = TrainingLoop(
      TrainingOptions(
        epochs: given.epochs, patience: given.patience, batching: .dates(given.datesPerBatch),
        loss: given.loss, stopping: given.stopping,
        rule: .adamW(weightDecay: given.weightDecay), learningRate: given.learningRate,
        gradientClip: given.gradientClip > 0 ? given.gradientClip : nil))
    let trained = try loop.run(
      network, train: train, validating: validating, seeds: context.seeds,
      device: context.device)
    return NotedPredictor(trained, notes: notes)
  }

  private static func requireRoom(assets: Int, _ given: Hyperparameters) throws {
    let heads = given.variant == .gat ? given.heads : 1
    // In floating point: a product that is too large must not overflow.
    let logits = Double(assets) * Double(assets) * Double(given.datesPerBatch) * Double(heads)
    guard logits <= Double(mostLogits) else {
      throw GraphError.tooManyNodes(
        assets: assets, datesPerBatch: given.datesPerBatch, heads: heads, limit: mostLogits)
    }
  }

  /// A trained network with notes on its graph beside those on its training.
  private struct NotedPredictor: Predictor {
    let trained: any Predictor
    let notes: [String: Double]

    init(_ trained: any Predictor, notes: [String: Double]) {
      self.trained = trained
      self.notes = trained.notes.merging(notes) { $1 }
    }

    func predict(_ samples: Samples) throws -> [Float] { try trained.predict(samples) }
  }
}

extension GNN {
  static func validate(_ given: Hyperparameters) throws(SpecError) {
    let checks = RangeChecks(family: id)
    try checks.require(given.steps, in: 1...1000, "steps")
    try checks.require(given.width, in: 1...4096, "width")
    try checks.require(given.recurrentLayers, in: 1...8, "recurrentLayers")
    try checks.require(given.rounds, in: 1...8, "rounds")
    try checks.require(
      (1...64).contains(given.heads) && given.width.isMultiple(of: given.heads), "heads",
      given.heads, "1 to 64, a divisor of gnn.width (\(given.width))")
    try checks.require(
      given.heads >= given.edges.count, "heads", given.heads, "at least one for each kind of edge")
    try checks.require(
      !given.edges.isEmpty && Set(given.edges).count == given.edges.count, "edges",
      given.edges.map(\.rawValue), "at least one of sector, correlation, all, each once")
    try checks.require(given.neighbours, in: 1...5000, "neighbours")
    try checks.require(!given.attribute.isEmpty, "attribute", "", "an attribute's name")
    try checks.requireProbability(given.dropout, "dropout")
    try checks.require(given.epochs, in: 1...100_000, "epochs")
    try checks.require(given.datesPerBatch, in: 1...10_000, "datesPerBatch")
    try checks.requirePositive(given.learningRate, "learningRate")
    try checks.requireNotNegative(given.weightDecay, "weightDecay")
    try checks.requireNotNegative(given.gradientClip, "gradientClip")
    try checks.require(given.patience, in: 1...100_000, "patience")
  }
}
