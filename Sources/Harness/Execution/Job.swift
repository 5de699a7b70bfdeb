/// A piece of work for one worker.
public struct Job: Sendable, Equatable {
  public enum Work: Sendable, Equatable {
    case generate(SyntheticMarket)
    /// Cells that share one fitted model: one source, or `real` and what tests it on synthetic rows.
    case train([Cell])
  }

  public let work: Work
  /// Keys of the synthetic markets that must be there, or have failed, before it begins.
  let needs: Set<String>

  init(generate market: SyntheticMarket) { (work, needs) = (.generate(market), []) }

  init(train cells: [Cell]) {
    (work, needs) = (.train(cells), Set(cells.compactMap(\.market?.key)))
  }

  public var cells: [Cell] {
    if case .train(let cells) = work { cells } else { [] }
  }
}

extension Plan {
  /// The work that is left in a run's directory, in the order in which it is begun.
  ///
  /// Synthetic markets come first, since others wait for them. Cells that share a market follow one
  /// another, so that a worker need not load it again for each.
  func jobs(missingFrom directory: RunDirectory, under experiment: Experiment) throws -> [Job] {
    let made = Set(markets.map(\.key).filter(directory.hasSyntheticMarket))
    return jobs(
      missing: try cells.filter { try !directory.isDone($0, under: experiment) }, made: made,
      uncompared: uncompared(of: made, under: experiment, lacking: directory.lacksComparison))
  }

  /// Markets that are there and have yet to be compared with the real one.
  func uncompared(
    of made: Set<String>, under experiment: Experiment, lacking: (SyntheticMarket) -> Bool
  ) -> Set<String> {
    guard experiment.synthetic.compare else { return [] }
    return Set(
      markets.filter { $0.isMarket && made.contains($0.key) && lacking($0) }.map(\.key))
  }

  /// The work that some cells are, of this plan and in its order, where the markets of some keys are there;
  /// of those, some may have yet to be compared with the real one.
  ///
  /// Cells of equal key are one piece of it.
  func jobs(missing: [Cell], made: Set<String>, uncompared: Set<String> = []) -> [Job] {
    let needed = Set(missing.compactMap(\.market?.key)).subtracting(made).union(uncompared)
    let generate = markets.filter { needed.contains($0.key) }
    var groups: [[Cell]] = []
    var places: [ModelIdentity: Int] = [:]
    for cell in missing.uniqued(by: \.key) {
      let model = ModelIdentity(cell)
      if let place = places[model] {
        groups[place].append(cell)
      } else {
        places[model] = groups.count
        groups.append([cell])
      }
    }
    let order = Dictionary(
      markets.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    let train = groups.enumerated().sorted { a, b in
      func rank(_ cells: [Cell]) -> Int {
        cells[0].training.kind == .real || cells[0].training.kind == .reverse
          ? -1 : cells[0].market.flatMap { order[$0.key] } ?? -1
      }
      let (x, y) = (rank(a.element), rank(b.element))
      return x != y ? x < y : a.offset < b.offset
    }
    return generate.map { Job(generate: $0) } + train.map { Job(train: $0.element) }
  }
}

/// Cells that agree in this have the same fitted model.
private struct ModelIdentity: Hashable {
  let training: TrainingSource
  let name: String
  let fold: Int
  let seed: Int
  /// The market it learns from: another seed has another, also for a family without chance.
  let market: String?

  init(_ cell: Cell) {
    (training, name, fold, seed) = (cell.training.learnt, cell.name, cell.fold, cell.modelSeed)
    market = training == .real ? nil : cell.market?.key
  }
}
