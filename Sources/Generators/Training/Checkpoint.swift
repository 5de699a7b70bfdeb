import Datasets
import Market
import Networks
import Torch

/// The state of adversarial training in a file, from which it goes on to the same bits.
struct Checkpoint {
  let identity: String
  var record: AdversarialTraining.Record
  /// The generator at its best so far.
  var best: StateDictionary
  /// The average of its weights, if one is made.
  var average: StateDictionary?
  private var parameters = StoredParameters()

  init(
    identity: String, record: AdversarialTraining.Record, best: StateDictionary,
    average: StateDictionary?
  ) {
    (self.identity, self.record, self.best, self.average) = (identity, record, best, average)
  }

  /// With copies of what losses remember.
  func keeping(_ name: String, _ carried: some Parameterized) throws -> Checkpoint {
    var kept = self
    kept.parameters.add(try carried.state(), under: name)
    return kept
  }

  func restore(_ name: String, to carried: some Parameterized) throws {
    try carried.load(parameters.state(under: name))
  }

  /// With copies of a network's tensors and of what its optimiser carries.
  func keeping(
    _ name: String, _ network: some Parameterized, _ optimizer: Optimizer
  ) throws -> Checkpoint {
    var kept = try keeping(name, network)
    for (index, state) in try optimizer.state().enumerated() {
      kept.parameters.arrays["\(name).optimizer.\(index).steps"] = .init(
        shape: [1], values: [Double(state.steps)])
      for (slot, tensor) in state.slots.enumerated() {
        kept.parameters.arrays["\(name).optimizer.\(index).\(slot)"] = .init(
          shape: tensor.shape, values: try tensor.floats().map(Double.init))
      }
    }
    return kept
  }

  /// - Throws: `GeneratorError.stored` where the file is of other networks.
  func restore(
    _ name: String, to network: some Parameterized, _ optimizer: Optimizer
  ) throws {
    try restore(name, to: network)
    let device = network.parameters.first?.tensor.device ?? .cpu
    let states = try optimizer.state().enumerated().map { index, state in
      func array(_ part: String) throws -> StoredParameters.Array {
        guard let array = parameters.arrays["\(name).optimizer.\(index).\(part)"] else {
          throw GeneratorError.stored(generator: name, reason: "the checkpoint lacks \(part)")
        }
        return array
      }
      let slots = try state.slots.indices.map { slot in
        let stored = try array("\(slot)")
        return try Tensor(stored.values.map { Float($0) }, shape: stored.shape, device: device)
      }
      return Optimizer.ParameterState(
        steps: Int(try array("steps").values.first ?? 0), slots: slots)
    }
    try optimizer.restore(states)
  }

  // MARK: - Files

  func write(to path: String) throws {
    var all = parameters
    all.add(best, under: "best")
    if let average { all.add(average, under: "average") }
    all.texts["identity"] = [identity]
    all.arrays["record"] = .init(
      shape: [5],
      values: [
        Double(record.step), Double(record.bestStep), record.bestScore, record.criticLoss,
        record.generatorLoss,
      ])
    try ParametersFile.write(
      all, FileMetadata(title: "checkpoint of a generator in training"), to: path)
  }

  /// `nil` where there is none to go on from: training then starts from the beginning.
  static func read(_ path: String, identity: String) -> Checkpoint? {
    guard var stored = CheckpointFile.read(path, identity: identity),
      let record = stored.arrays.removeValue(forKey: "record")?.values, record.count == 5
    else { return nil }
    let average = stored.state(under: "average")
    var checkpoint = Checkpoint(
      identity: identity,
      record: AdversarialTraining.Record(
        step: Int(record[0]), bestStep: Int(record[1]), bestScore: record[2],
        criticLoss: record[3], generatorLoss: record[4]),
      best: stored.state(under: "best"), average: average.entries.isEmpty ? nil : average)
    checkpoint.parameters = stored
    return checkpoint
  }
}

extension StoredParameters {
  /// A network's tensors as arrays `prefix.name`.
  mutating func add(_ state: StateDictionary, under prefix: String) {
    for (name, entry) in state.entries {
      arrays["\(prefix).state.\(name)"] = Array(
        shape: entry.shape, values: entry.values.map(Double.init))
    }
  }

  /// What `add` put in; empty where nothing was.
  func state(under prefix: String) -> StateDictionary {
    let start = "\(prefix).state."
    var state = StateDictionary()
    for (name, array) in arrays where name.hasPrefix(start) {
      state.entries[String(name.dropFirst(start.count))] = StateDictionary.Entry(
        shape: array.shape, values: array.values.map { Float($0) })
    }
    return state
  }
}
