import Foundation
import Market

/// What a family costs, roughly, where nothing like it has been measured.
///
/// Processor seconds of one thread. The shape of each formula is the algorithm's; its constants were fitted once, to
/// cells of the quick profile and of a panel of 500 assets, on one core of an AMD EPYC with 512-bit vectors.
/// Where a fit stops is a guess: so many epochs (rounds) beyond its patience as were usual there. Right
/// within a factor of two at best, on another machine off by the ratio of the machines.
struct FamilyCost: Sendable {
  /// Seconds of a fit.
  let fit: @Sendable (WorkSize, Settings) -> Double
  /// Seconds a predicted row.
  let predict: @Sendable (WorkSize, Settings) -> Double
  /// Seconds to divide a prediction among the features; 0 for a family that does not.
  var contribution: @Sendable (WorkSize, Settings) -> Double = { _, _ in 0 }
  /// Bytes held for a training row beside the market's features.
  var bytesPerRow: @Sendable (WorkSize, Settings) -> Double = { size, _ in 4 * size.columns }
  /// MiB that its library takes once it is used.
  var libraryMegabytes = 60.0

  /// `nil` for a family that is not of qbench, or that runs a command of the user's own.
  static func of(_ family: String) -> FamilyCost? { all[family] }

  static let all: [String: FamilyCost] = [
    "mean_label": nothing, "reversal": nothing, Oracle.id: nothing,
    "linear": FamilyCost(
      fit: { size, _ in
        size.train * (6e-7 + 1e-8 * size.columns + 8e-11 * size.columns * size.columns)
      },
      predict: { size, _ in 4e-9 * size.columns }, libraryMegabytes: 0),
    "svr": supportVectors,
    "random_forest": FamilyCost(
      fit: { size, settings in
        let nodes = exp2(settings("depth", 8))
        return settings("trees", 200) * size.columns
          * (6.2e-9 * size.train * settings("rowShare", 0.632) + 4e-7 * nodes)
      },
      predict: { _, settings in 2.4e-8 * settings("trees", 200) },
      contribution: { _, settings in
        let depth = settings("depth", 8)
        return 1.5e-9 * settings("trees", 200) * exp2(depth) * depth * depth
      }, bytesPerRow: treeBytes),
    "gbdt": FamilyCost(
      fit: { size, settings in
        let rounds = min(settings("rounds", 400), settings("patience", 40) + 20)
        let entries =
          size.train * settings("rowShare", 0.7) * size.columns * settings("columnShare", 0.7)
        return rounds * (1.1e-8 * entries + 3e-4)
      },
      predict: { _, _ in 1e-6 }, bytesPerRow: treeBytes),
    "dnn": perceptron, "lstm": recurrent,
    "lstm_lrp": FamilyCost(
      fit: { size, settings in
        let isRecurrent = settings.text("body") != "dnn"
        let (body, given) =
          isRecurrent ? (recurrent, settings.part("lstm")) : (perceptron, settings.part("dnn"))
        return body.fit(size, given) + 6 * size.train * body.predict(size, given)
      },
      predict: { size, settings in 4e-9 * size.columns * settings.part("lstm")("steps", 20) }),
    "gnn": FamilyCost(
      fit: { size, settings in size.epoch * epochs(settings, usual: 8) * graphRow(size, settings) },
      predict: { size, settings in graphRow(size, settings) / 2 },
      bytesPerRow: { size, settings in
        // Attention is dense over the assets of a date: a few copies for a batch of them.
        let attention =
          settings("datesPerBatch", 16) * settings("heads", 4) * size.assets * size.assets
        return 8 * size.columns + 14 * attention / max(1, size.train)
      }),
    "transformer": FamilyCost(
      fit: { size, settings in
        size.epoch * epochs(settings, usual: 4) * network(encoderWeights(size, settings))
      },
      predict: { size, settings in network(encoderWeights(size, settings)) / 2 }),
    "add": FamilyCost(
      fit: { size, settings in disentangling(size, settings) },
      predict: { size, settings in 2e-7 * settings("steps", 20) * settings("hidden", 32) / 32 }),
  ]

  /// Fits of a pair of networks that oppose each other: of the family `add`, and of the generator.
  static func disentangling(_ size: WorkSize, _ settings: Settings) -> Double {
    let (steps, hidden) = (settings("steps", 20), settings("hidden", 32))
    let code = 2 * 3 * hidden * (size.columns + hidden) * settings("layers", 1)
    let decoder = 3 * settings("decoder", 32) * (2 * hidden + settings("decoder", 32))
    let rounds = settings("generations", 2) * epochs(settings, usual: 2)
    return size.epoch * rounds * 1.3 * network(steps * (code + decoder))
  }

  // MARK: - Parts

  /// Binned rows, and a histogram of 256 bins for every column and leaf.
  private static let treeBytes: @Sendable (WorkSize, Settings) -> Double = { size, settings in
    8 * size.columns + 4096 * size.columns * exp2(settings("depth", 6)) / max(1, size.train)
  }

  private static let nothing = FamilyCost(
    fit: { _, _ in 0 }, predict: { _, _ in 1e-8 }, bytesPerRow: { _, _ in 0 }, libraryMegabytes: 0)

  /// Forward, backward and step over a row that meets so many weights.
  private static func network(_ weights: Double) -> Double { 5e-7 + 1e-10 * weights }

  private static func epochs(_ settings: Settings, usual: Double) -> Double {
    min(settings("epochs", 15), settings("patience", 3) + usual)
  }

  private static let supportVectors = FamilyCost(
    fit: { size, settings in
      let searched = min(size.train, settings("searchRows", 50_000))
      let costs = max(settings.numbers("costs").count, settings.numbers("costs").isEmpty ? 5 : 1)
      let widths = max(
        settings.numbers("epsilons").count, settings.numbers("epsilons").isEmpty ? 3 : 1)
      let rows = size.train + searched * Double(costs + widths - 1)
      guard settings.text("kernel") == "rbf" else { return 3e-8 * rows * size.columns }
      if size.train <= settings("kernelRows", 5000) {
        return Double(costs + widths) * size.train * size.train * size.columns * 2e-9
      }
      return rows * settings("landmarks", 256) * (2e-9 * size.columns + 4e-8)
    },
    predict: { size, settings in
      settings.text("kernel") == "rbf"
        ? 4e-9 * settings("landmarks", 256) * size.columns : 4e-9 * size.columns
    }, bytesPerRow: { size, _ in 20 * size.columns }, libraryMegabytes: 0)

  private static let perceptron = FamilyCost(
    fit: { size, settings in
      size.epoch * epochs(settings, usual: 8) * settings("ensemble")
        * network(
          layerWeights(size, settings))
    },
    predict: { size, settings in settings("ensemble") * network(layerWeights(size, settings)) / 2 })

  private static func layerWeights(_ size: WorkSize, _ settings: Settings) -> Double {
    let widths = [size.columns] + settings.numbers("hidden") + [1]
    return zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private static let recurrent = FamilyCost(
    fit: { size, settings in
      size.epoch * epochs(settings, usual: 4) * network(recurrentWeights(size, settings))
    },
    predict: { size, settings in network(recurrentWeights(size, settings)) / 2 })

  private static func recurrentWeights(_ size: WorkSize, _ settings: Settings) -> Double {
    let (hidden, layers) = (settings("hidden", 32), settings("layers", 1))
    let gates = settings.text("cell") == "gru" ? 3.0 : 4.0
    let first = hidden * (size.columns + hidden)
    return settings("steps", 20) * gates * (first + (layers - 1) * 2 * hidden * hidden)
  }

  private static func encoderWeights(_ size: WorkSize, _ settings: Settings) -> Double {
    let (width, steps) = (settings("width", 32), settings("steps", 20))
    let layer = 4 * width * width + 2 * width * settings("feedForward", 64) + 2 * steps * width
    return steps * (size.columns * width + settings("layers", 2) * layer)
      + settings("crossSectionLayers", 0) * (layer + 2 * size.assets * width)
  }

  private static func graphRow(_ size: WorkSize, _ settings: Settings) -> Double {
    let (width, steps) = (settings("width", 32), settings("steps", 1))
    let node = steps > 1 ? 3 * steps * width * (size.columns + width) : size.columns * width
    let heard = settings("rounds") * (width * width + size.assets * settings("heads", 4) * 20)
    // Gathering and masking cross-sections takes a good part.
    return 3e-6 + network(2 * node + heard)
  }
}
