import Foundation
import Market
import Torch

/// What the two networks of a Quant GAN learn from.
enum Materials {
  /// A window is used where at least this share of its returns is known; what is missing in it is
  /// filled by normal draws, which is how Gaussianised values are distributed.
  static let knownShare = 0.8

  static func market(
    _ data: GaussianMarket, _ settings: QuantGAN.Hyperparameters, validation: [[Double]],
    device: Device
  ) throws -> PathTraining.Material {
    let (field, width) = (settings.receptiveField, data.width)
    let windows = try starts(data.market, column: 0, width: width, field: field)
    let tail = data.marketTails[0]
    let limit = data.marketLimits[0]
    func returns(_ sequences: [[Double]]) -> [[Double]] {
      sequences.map { values in
        stride(from: 0, to: values.count, by: width).map {
          (tail.restored(values[$0]) - tail.location) / tail.scale
        }
      }
    }
    let lags = settings.lags
    let learnt = returns(data.market)
    let facts = StylizedFacts(learnt, lags: lags, pooling: settings.correlations)
    return PathTraining.Material(
      components: width, contexts: 0, seen: 0,
      window: { stream in
        let start = pick(windows, &stream)
        return transposed(width: width, field: field) { step, channel in
          let value = data.market[start.sequence][(start.row + step) * width + channel]
          return Float(value.isFinite ? value : stream.normal())
        }
      },
      context: { _, _ in nil },
      returns: { paths in
        let cut = try paths.clamped(min: -limit, max: limit)
        return try cut * (cut.square() * (tail.delta / 2)).exp()
      },
      observed: GaussianMarket.column(0, of: data.market, width),
      facts: facts, yardstick: yardstick(learnt, returns(validation), like: facts))
  }

  /// The facts of training and validation stretches together.
  ///
  /// Those of validation alone are no measure: over some two years the correlations of one series at a hundred
  /// lags are little but noise, so that a network without any volatility clustering would come nearest.
  private static func yardstick(
    _ learnt: [[Double]], _ held: [[Double]], like facts: StylizedFacts
  ) -> StylizedFacts {
    StylizedFacts(
      learnt + held.filter { $0.count > 2 }, lags: facts.lags, pooling: facts.pooling)
  }

  /// The parts of assets beside the market's path: real beside real, made beside made.
  static func assets(
    _ data: GaussianMarket, _ settings: QuantGAN.Hyperparameters, validation: [[Double]],
    beside fitted: FittedQuantGAN, device: Device
  ) throws -> PathTraining.Material {
    let (field, width) = (settings.receptiveField, data.width)
    let cells = data.assets * width
    var windows: [(sequence: Int, row: Int, asset: Int)] = []
    for asset in 0..<data.assets {
      let found =
        (try? starts(data.own, column: asset * width, width: cells, field: field)) ?? []
      windows += found.map { ($0.sequence, $0.row, asset) }
    }
    guard !windows.isEmpty else {
      throw GeneratorError.tooShort(
        longest: data.own.map { $0.count / cells }.max() ?? 0, needed: field,
        for: "'\(QuantGAN.id)' with a receptive field of \(field)")
    }
    func returns(_ sequences: [[Double]]) -> [[Double]] {
      sequences.flatMap { values in
        (0..<data.assets).map { asset in
          stride(from: asset * width, to: values.count, by: cells).map { values[$0] }
        }.filter { column in column.count(where: { $0.isFinite }) * 2 > column.count }
      }
    }
    let lags = settings.lags
    let learnt = returns(data.own)
    let facts = StylizedFacts(learnt, lags: lags, pooling: settings.correlations)
    let traits = AssetTraits(data.decomposition)
    return PathTraining.Material(
      components: width, contexts: width + AssetTraits.count, seen: width,
      window: { stream in
        let start = windows[min(windows.count - 1, Int(stream.uniform() * Double(windows.count)))]
        return transposed(width: 2 * width, field: field) { step, channel in
          let row = start.row + step
          let value =
            channel < width
            ? data.own[start.sequence][row * cells + start.asset * width + channel]
            : data.market[start.sequence][row * width + channel - width]
          return Float(value.isFinite ? value : stream.normal())
        }
      },
      context: { days, stream in
        let length = settings.receptiveField + days
        var values: [Float] = []
        let noise = (0..<settings.paths * settings.noise * (settings.receptiveField + length)).map {
          _ in Float(stream.normal())
        }
        let market = try fitted.network(
          Tensor(
            noise, shape: [settings.paths, settings.noise, settings.receptiveField + length],
            device: device)
        ).floats()
        for path in 0..<settings.paths {
          values += market[path * width * length..<(path + 1) * width * length]
          let asset = min(data.assets - 1, Int(stream.uniform() * Double(data.assets)))
          for trait in traits[asset] { values += Array(repeating: trait, count: length) }
        }
        return try Tensor(
          values, shape: [settings.paths, width + AssetTraits.count, length], device: device)
      },
      returns: { $0 },
      observed: (0..<data.assets).flatMap {
        GaussianMarket.column($0 * width, of: data.own, cells)
      },
      facts: facts,
      yardstick: yardstick(learnt, returns(validation), like: facts))
  }

  private static func pick(
    _ windows: [(sequence: Int, row: Int)], _ stream: inout SeedStream
  ) -> (sequence: Int, row: Int) {
    windows[min(windows.count - 1, Int(stream.uniform() * Double(windows.count)))]
  }

  /// Step by step as stored → channel by channel as networks read.
  private static func transposed(
    width: Int, field: Int, _ value: (_ step: Int, _ channel: Int) -> Float
  ) -> [Float] {
    (0..<width * field).map { value($0 % field, $0 / field) }
  }

  /// Where windows begin.
  ///
  /// - Throws: `GeneratorError.tooShort` where there is none.
  static func starts(
    _ sequences: [[Double]], column: Int, width: Int, field: Int
  ) throws(GeneratorError) -> [(sequence: Int, row: Int)] {
    var starts: [(sequence: Int, row: Int)] = []
    for (index, values) in sequences.enumerated() {
      let rows = values.count / width
      guard rows >= field else { continue }
      func isKnown(_ row: Int) -> Int { values[row * width + column].isFinite ? 1 : 0 }
      var known = (0..<field).reduce(0) { $0 + isKnown($1) }
      for row in 0...rows - field {
        if Double(known) >= knownShare * Double(field) { starts.append((index, row)) }
        if row + field < rows { known += isKnown(row + field) - isKnown(row) }
      }
    }
    guard !starts.isEmpty else {
      throw .tooShort(
        longest: sequences.map { $0.count / width }.max() ?? 0, needed: field,
        for: "'\(QuantGAN.id)' with a receptive field of \(field)")
    }
    return starts
  }
}

/// What the shared network is told about an asset: its loading on the market and the size of its own
/// returns, both standardised over assets.
struct AssetTraits {
  static let count = 2
  private let values: [[Float]]

  init(_ decomposition: FactorDecomposition) {
    let cells = (0..<decomposition.assets).map { $0 * decomposition.width }
    let columns = [
      cells.map { decomposition.loadings[$0] },
      cells.map { log(max(1e-8, decomposition.scales[$0])) },
    ].map { column -> [Float] in
      let mean = column.reduce(0, +) / Double(column.count)
      let square = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(column.count)
      return column.map { square > 0 ? Float(($0 - mean) / square.squareRoot()) : 0 }
    }
    values = cells.indices.map { [columns[0][$0], columns[1][$0]] }
  }

  subscript(asset: Int) -> [Float] { values[asset] }
}
