import Market

/// What a generator costs, roughly, where nothing like it has been measured; as `FamilyCost`.
///
/// Networks learn from so many drawn windows a step, however long the market is; `size.train` is the fold's training
/// dates × assets.
struct GeneratorCost: Sendable {
  /// Seconds to fit and sample.
  let make: @Sendable (WorkSize, Settings) -> Double

  static func of(_ generator: String) -> GeneratorCost? { all[generator] }

  static let all: [String: GeneratorCost] = [
    "cwgan": GeneratorCost { size, settings in
      let work = settings("steps", 300) * (1 + settings("criticSteps", 4)) * settings("batch", 24)
      return 3.2e-4 * work * settings("hidden", 64) / 64 + 2e-5 * size.train
    },
    "quantgan": GeneratorCost { size, settings in
      let steps = settings("steps", 600) + settings("assetSteps", 300)
      return 0.019 * steps * settings("paths", 8) / 8 * settings("days", 381) / 381
        + 2e-5 * size.train
    },
    "add": GeneratorCost { size, settings in
      FamilyCost.disentangling(size, settings) + 2e-5 * size.train
    },
    "garch": GeneratorCost { size, _ in 2e-4 * size.train },
    "shuffle": resampling, "block_bootstrap": resampling, "historical": resampling,
  ]

  private static let resampling = GeneratorCost { size, _ in 0.02 + 1e-6 * size.train }
}
