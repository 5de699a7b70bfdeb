import Market
import Torch

/// The learnt and recorded tensors of a network as values: by name, row-major.
public struct StateDictionary: Sendable, Equatable {
  public struct Entry: Sendable, Equatable {
    public var shape: [Int]
    public var values: [Float]

    public init(shape: [Int], values: [Float]) { (self.shape, self.values) = (shape, values) }
  }

  public var entries: [String: Entry]

  public init(_ entries: [String: Entry] = [:]) { self.entries = entries }
}

/// Weights that do not belong to the network they are loaded into.
public enum StateError: UserFacingError, Equatable {
  case missing(String)
  case unknown(String, known: [String])
  case shape(String, expected: [Int], got: [Int])

  public var description: String {
    switch self {
    case .missing(let name): "the weights lack '\(name)', which the network has"
    case .unknown(let name, let known):
      "the weights hold '\(name)', which the network lacks\(suggestion(for: name, among: known))"
    case .shape(let name, let expected, let got):
      "the weights '\(name)' have shape \(got); the network's have \(expected)"
    }
  }
}

extension Parameterized {
  /// Copies of all parameters and statistics.
  public func state() throws -> StateDictionary {
    var state = StateDictionary()
    for item in parameters + statistics {
      state.entries[item.name] = StateDictionary.Entry(
        shape: item.tensor.shape, values: try item.tensor.floats())
    }
    return state
  }

  /// Takes over a state as `state()` gives it, bit for bit.
  ///
  /// - Throws: `StateError` before anything is changed, unless names and shapes agree exactly.
  public func load(_ state: StateDictionary) throws {
    let own = parameters + statistics
    for name in state.entries.keys.sorted() where !own.contains(where: { $0.name == name }) {
      throw StateError.unknown(name, known: own.map(\.name))
    }
    var loaded: [Tensor] = []
    for item in own {
      guard let entry = state.entries[item.name] else { throw StateError.missing(item.name) }
      guard entry.shape == item.tensor.shape else {
        throw StateError.shape(item.name, expected: item.tensor.shape, got: entry.shape)
      }
      loaded.append(try Tensor(entry.values, shape: entry.shape))
    }
    for (item, values) in zip(own, loaded) { try item.tensor.assign(values) }
  }
}
