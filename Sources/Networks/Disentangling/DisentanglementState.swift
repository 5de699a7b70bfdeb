import Torch

/// Training between two epochs: all that is needed to go on to the same bits.
public struct DisentanglementState: Sendable, Equatable {
  /// Counted from 0.
  public internal(set) var generation = 0
  /// Epochs done in this generation.
  public internal(set) var epoch = 0
  /// The best score of this generation so far and its epoch; less is better.
  var score = Double.infinity
  var scoreEpoch = 0
  /// The best of all generations.
  var best: Best?
  /// What this generation learns from; `nil` in the first.
  var teacher: StateDictionary?
  /// The network, and what its two optimisers carry: empty at the start of a generation.
  var network = StateDictionary()
  var moments = StateDictionary()
  var trainLoss = 0.0
  var epochsRun = 0

  struct Best: Sendable, Equatable {
    var generation: Int
    var epoch: Int
    var score: Double
    var rankIC: Double
    var trainLoss: Double
    var network: StateDictionary
  }

  init() {}

  // MARK: - As tensors by name

  /// Everything as arrays of numbers, for a file.
  public var arrays: [String: (shape: [Int], values: [Double])] {
    var arrays: [String: (shape: [Int], values: [Double])] = [:]
    func add(_ state: StateDictionary, _ prefix: String) {
      for (name, entry) in state.entries {
        arrays["\(prefix).\(name)"] = (entry.shape, entry.values.map(Double.init))
      }
    }
    add(network, "network")
    add(moments, "moments")
    if let teacher { add(teacher, "teacher") }
    arrays["place"] = (
      [6],
      [
        Double(generation), Double(epoch), score, Double(scoreEpoch), trainLoss,
        Double(epochsRun),
      ]
    )
    if let best {
      add(best.network, "best")
      arrays["best_place"] = (
        [5],
        [Double(best.generation), Double(best.epoch), best.score, best.rankIC, best.trainLoss]
      )
    }
    return arrays
  }

  /// What `arrays` gave; `nil` where that is not what these are.
  public init?(arrays: [String: (shape: [Int], values: [Double])]) {
    func state(_ prefix: String) -> StateDictionary {
      var state = StateDictionary()
      for (name, array) in arrays where name.hasPrefix("\(prefix).") {
        state.entries[String(name.dropFirst(prefix.count + 1))] = StateDictionary.Entry(
          shape: array.shape, values: array.values.map { Float($0) })
      }
      return state
    }
    guard let place = arrays["place"]?.values, place.count == 6,
      let generation = Int(exactly: place[0]), let epoch = Int(exactly: place[1]),
      let scoreEpoch = Int(exactly: place[3]), let epochsRun = Int(exactly: place[5])
    else { return nil }
    (self.generation, self.epoch, score) = (generation, epoch, place[2])
    (self.scoreEpoch, trainLoss, self.epochsRun) = (scoreEpoch, place[4], epochsRun)
    network = state("network")
    moments = state("moments")
    let teacher = state("teacher")
    self.teacher = teacher.entries.isEmpty ? nil : teacher
    if let place = arrays["best_place"]?.values, place.count == 5,
      let generation = Int(exactly: place[0]), let epoch = Int(exactly: place[1])
    {
      best = Best(
        generation: generation, epoch: epoch, score: place[2], rankIC: place[3],
        trainLoss: place[4], network: state("best"))
    }
  }
}

extension Optimizer {
  /// What it carries, as tensors named after the parameters' positions.
  func moments(_ prefix: String) throws -> StateDictionary {
    var moments = StateDictionary()
    for (index, state) in try state().enumerated() {
      moments.entries["\(prefix).\(index).steps"] = .init(
        shape: [1], values: [Float(state.steps)])
      for (slot, tensor) in state.slots.enumerated() {
        moments.entries["\(prefix).\(index).\(slot)"] = .init(
          shape: tensor.shape, values: try tensor.floats())
      }
    }
    return moments
  }

  /// - Throws: `StateError` where they are not this optimiser's.
  func restore(_ moments: StateDictionary, _ prefix: String, device: Device) throws {
    try restore(
      try state().enumerated().map { index, state in
        func entry(_ part: String) throws -> StateDictionary.Entry {
          let name = "\(prefix).\(index).\(part)"
          guard let entry = moments.entries[name] else { throw StateError.missing(name) }
          return entry
        }
        let slots = try state.slots.enumerated().map { slot, own in
          let stored = try entry("\(slot)")
          guard stored.shape == own.shape else {
            throw StateError.shape(
              "\(prefix).\(index).\(slot)", expected: own.shape, got: stored.shape)
          }
          return try Tensor(stored.values, shape: stored.shape, device: device)
        }
        return ParameterState(steps: Int(try entry("steps").values.first ?? 0), slots: slots)
      })
  }
}
