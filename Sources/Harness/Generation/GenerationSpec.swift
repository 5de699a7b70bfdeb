import Datasets
import Foundation
import Generators
import Market
import Torch

/// What `qbench generate` is asked for: a generator, the market it learns from, and what to make.
public struct GenerationSpec: Codable, Sendable, Equatable {
  /// A registry id, or the path of a generator stored before.
  public var generator: String
  /// Whole or in part; the rest has its defaults.
  public var hyperparameters = JSONValue.object([:])
  /// A catalogue name or the path of an HDF5 panel.
  public var dataset = "reference"
  /// The dates to learn from, such as `2009-05-01:2018-12-31`; `nil` for all.
  public var dates: String?
  /// The share of those dates, the last ones, that training watches and does not learn from; 0 for none.
  public var watched = 0.2
  public var scenario: Scenario?
  /// Between what is usual in the market, 0, and the scenario, 1, up to 3.
  public var severity = 1.0
  public var paths = 1
  /// `nil`: 250, or the horizon of the scenario.
  public var days: Int?
  /// So many that nobody has seen; `nil` for the assets of the market.
  public var newAssets: Int?
  /// The root of every random stream.
  public var seed: UInt64 = 20_240_101
  public var device = "cpu"

  public init(generator: String) { self.generator = generator }

  /// Whether `generator` is the file of a stored one.
  var namesFile: Bool { Self.namesFile(generator) }

  /// Anything with a slash or an HDF5 ending is a file; all else is a registry id.
  public static func namesFile(_ generator: String) -> Bool {
    generator.contains("/") || generator.hasSuffix(".h5") || generator.hasSuffix(".hdf5")
  }

  /// - Throws: `SpecError` where a stored generator is given hyperparameters.
  func requireNoHyperparameters() throws(SpecError) {
    guard hyperparameters == .object([:]) else {
      throw .invalid(
        key: "hyperparameters", value: "given for the file \(generator)",
        accepted: "none; a stored generator has its own")
    }
  }

  /// The share of dates that a file of samples says was watched; `nil` where it says nothing that can be.
  static func watched(in metadata: FileMetadata) -> Double? {
    struct Part: Decodable { var watched: Double? }
    let part = try? JSONDecoder().decode(Part.self, from: Data(metadata.spec.utf8))
    return part?.watched.flatMap { (0...0.5).contains($0) ? $0 : nil }
  }

  /// - Throws: `SpecError` naming the key and what would be accepted.
  public func validate() throws(SpecError) {
    func check(_ holds: Bool, _ key: String, _ value: Any, _ accepted: String) throws(SpecError) {
      if !holds { throw .invalid(key: key, value: "\(value)", accepted: accepted) }
    }
    try check((1...100_000).contains(paths), "paths", paths, "1 to 100000")
    if let days { try check((1...1_000_000).contains(days), "days", days, "1 to 1000000") }
    if let newAssets {
      try check((1...10_000).contains(newAssets), "assets", newAssets, "1 to 10000")
    }
    try check(severity >= 0 && severity <= 3, "severity", severity, "0 to 3")
    try check(watched >= 0 && watched <= 0.5, "watched", watched, "0 to 0.5")
    try scenario?.validate()
    guard let device = Device(device), (try? TorchRuntime.require(device)) != nil else {
      throw .invalid(
        key: "device", value: "'\(self.device)'",
        accepted: "cpu, or a device that 'qbench doctor' lists")
    }
  }
}
