import Metrics

/// A sampled market that stands for its generator in pictures.
struct ExampleMarket: Sendable {
  let name: String
  let fold: Int
  let seed: Int
  let report: FidelityReport

  /// The first market of each generator for which one was compared, of one fold and seed if all have it.
  static func all(of plan: Plan, from directory: RunDirectory) -> [ExampleMarket] {
    let found = plan.generators.map { name in
      plan.markets(of: name).compactMap { market in
        directory.fidelity(of: market).map {
          ExampleMarket(name: name, fold: market.fold, seed: market.seed, report: $0)
        }
      }
    }
    let present = found.filter { !$0.isEmpty }
    let common = present.first?.first { candidate in
      present.allSatisfy { $0.contains { $0.fold == candidate.fold && $0.seed == candidate.seed } }
    }
    return present.compactMap { markets in
      markets.first { $0.fold == common?.fold && $0.seed == common?.seed } ?? markets.first
    }
  }
}
