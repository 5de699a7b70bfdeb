import Foundation
import Generators
import Market

/// A generator a spec may name: one that makes markets, or one that makes training rows.
enum GeneratorKind {
  case market(GeneratorEntry)
  case rows(SampleGeneratorEntry)

  /// Every id there is, in the order of the registries.
  static var ids: [String] { generatorRegistry.ids + sampleGeneratorRegistry.ids }

  /// - Throws: `SpecError.unknown`, listing what exists.
  static func require(_ id: String) throws(SpecError) -> GeneratorKind {
    if let entry = generatorRegistry.entries.first(where: { $0.id == id }) { return .market(entry) }
    if let entry = sampleGeneratorRegistry.entries.first(where: { $0.id == id }) {
      return .rows(entry)
    }
    throw .unknown(kind: "generator", id: id, known: ids)
  }

  var revision: Int {
    switch self {
    case .market(let entry): entry.revision
    case .rows(let entry): entry.revision
    }
  }

  /// Whether it makes training rows, which have features, and not markets.
  var makesRows: Bool {
    if case .rows = self { true } else { false }
  }

  /// Hyperparameters as given in a spec → all of them.
  func resolve(_ given: JSONValue) throws -> JSONValue {
    let given = try StrictJSON.encode(given)
    let resolved =
      switch self {
      case .market(let entry): try entry.resolve(given)
      case .rows(let entry): try entry.resolve(given)
      }
    return try JSONDecoder().decode(JSONValue.self, from: resolved)
  }

  /// Whether models can be tested on what it makes: made rows are variations of the training rows.
  func serves(_ kind: TrainingSource.Kind) -> Bool {
    switch self {
    case .market: kind != .real
    case .rows: kind == .synthetic || kind == .augmented
    }
  }
}

/// What a run asks of `qbench list` and `--generators`.
public enum GeneratorCatalogue {
  /// Id and summary of everything `generators` in a spec may name.
  public static var entries: [(id: String, summary: String)] {
    generatorRegistry.entries.map { ($0.id, $0.summary) }
      + sampleGeneratorRegistry.entries.map { ($0.id, $0.summary) }
  }

  /// - Throws: `SpecError.unknown`, listing what exists and guessing what was meant.
  public static func choice(of id: String) throws(SpecError) -> GeneratorChoice {
    _ = try GeneratorKind.require(id)
    return GeneratorChoice(id)
  }
}
