import Datasets
import Foundation
import Market
import Torch

/// Fitted generators in HDF5, schema 1, kind `parameters`: what was learnt, and of which market.
public enum GeneratorFile {
  /// Writes a generator, replacing `path` as a whole or not at all.
  ///
  /// `hyperparameters` are those its registry entry resolved.
  /// - Throws: `StorageError.cannotWrite`.
  public static func write(
    _ fitted: any FittedGenerator, _ entry: GeneratorEntry, hyperparameters: Data, seed: UInt64,
    learnt: LearntFrom? = nil, to path: String
  ) throws {
    var parameters = try fitted.parameters()
    fitted.market.describe(in: &parameters)
    learnt?.describe(in: &parameters)
    parameters.arrays["generator.revision"] = .init(shape: [1], values: [Double(entry.revision)])
    let metadata = FileMetadata(
      title: "generator \(entry.id), fitted", generator: entry.id,
      spec: String(decoding: hyperparameters, as: UTF8.self), seed: seed,
      parentSHA256: learnt?.parentSHA256 ?? "")
    try ParametersFile.write(parameters, metadata, to: path)
  }

  /// A generator as it lies in a file.
  public struct Stored {
    public let generator: any FittedGenerator
    public let entry: GeneratorEntry
    public let metadata: FileMetadata
    /// `nil` where the file does not say.
    public let learnt: LearntFrom?
  }

  /// Reads a generator that samples the same bits as the one written.
  ///
  /// - Throws: `StorageError` for a damaged file, `SpecError.unknown` for a generator that does not
  ///   exist, `GeneratorError.stored` for one of another revision or without all of its parts.
  public static func read(_ path: String, on device: Device = .cpu) throws -> Stored {
    var (parameters, metadata) = try ParametersFile.read(path)
    let entry = try generatorRegistry.require(metadata.generator)
    let revision = parameters.arrays.removeValue(forKey: "generator.revision")?.values.first
    guard revision == Double(entry.revision) else {
      throw GeneratorError.stored(
        generator: entry.id,
        reason: "\(path) is of revision \(revision.map { "\($0)" } ?? "unknown"), "
          + "this version has \(entry.revision); fit it again")
    }
    let market = try FittedMarket(takingFrom: &parameters, for: entry.id)
    let learnt = LearntFrom(takingFrom: &parameters, metadata)
    let hyperparameters = try entry.resolve(Data(metadata.spec.utf8))
    return Stored(
      generator: try entry.restore(parameters, market, hyperparameters, device), entry: entry,
      metadata: metadata, learnt: learnt)
  }
}

extension FittedMarket {
  /// Days since 1970 that no market reaches, and from which paths of any length stay dates.
  private static let farthestDay: Int32 = 10_000_000

  func describe(in parameters: inout StoredParameters) {
    parameters.texts["assets"] = universe.assets
    parameters.texts["components"] = components.map(\.rawValue)
    for (name, values) in universe.attributes {
      parameters.texts["attribute.\(name)"] = values.map { $0 ?? "" }
    }
    parameters.arrays["market.last_date"] = .init(
      shape: [1], values: [Double(lastDate.daysSinceEpoch)])
    parameters.arrays["market.close"] = .init(
      shape: [start.assets.count], values: start.assets.map(\.close))
    parameters.arrays["market.usual_volume"] = .init(
      shape: [start.assets.count], values: start.assets.map(\.usualVolume))
  }

  /// Takes out what `describe` put in.
  ///
  /// - Throws: `GeneratorError.stored` where something is absent or does not fit.
  init(takingFrom parameters: inout StoredParameters, for generator: String) throws {
    func refuse(_ reason: String) -> GeneratorError {
      .stored(generator: generator, reason: reason)
    }
    func array(_ name: String, count: Int) throws -> [Double] {
      guard let array = parameters.arrays.removeValue(forKey: name), array.values.count == count
      else { throw refuse("'\(name)' is absent or has not \(count) values") }
      return array.values
    }
    guard let assets = parameters.texts.removeValue(forKey: "assets"), !assets.isEmpty,
      let names = parameters.texts.removeValue(forKey: "components")
    else { throw refuse("it names no assets or no components") }
    components = try names.map { name in
      guard let component = MarketComponent(rawValue: name) else {
        throw refuse("there is no component '\(name)'")
      }
      return component
    }
    guard components.contains(.logReturn), Set(components).count == components.count else {
      throw refuse("it has no returns, or a component twice")
    }
    var attributes: [String: [String?]] = [:]
    for name in parameters.texts.keys where name.hasPrefix("attribute.") {
      attributes[String(name.dropFirst("attribute.".count))] = parameters.texts
        .removeValue(forKey: name)?.map { $0.isEmpty ? nil : $0 }
    }
    universe = try Universe(assets, attributes: attributes)
    let last = try array("market.last_date", count: 1)[0]
    guard let day = Int32(exactly: last), abs(day) < Self.farthestDay else {
      throw refuse("its last date is no date")
    }
    lastDate = TradingDate(daysSinceEpoch: day)
    let closes = try array("market.close", count: assets.count)
    let volumes = try array("market.usual_volume", count: assets.count)
    guard (closes + volumes).allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw refuse("a close or a usual volume is not above 0")
    }
    start = StartingPoint(
      zip(closes, volumes).map { StartingPoint.Asset(close: $0, usualVolume: $1) })
  }
}
