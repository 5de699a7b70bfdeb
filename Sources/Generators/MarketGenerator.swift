import Datasets
import Market
import Torch

/// A way of making markets that have not happened.
///
/// One file (or folder) and one line of `generatorRegistry` make a generator; contract tests find it
/// there.
public protocol MarketGenerator: SendableMetatype {
  /// Given whole or in part in a spec; what is left out has its default.
  associatedtype Hyperparameters: Codable & Sendable & Equatable
  /// How specs and reports name it.
  static var id: String { get }
  /// What it is, in a few words, for `qbench list`.
  static var summary: String { get }
  static var defaults: Hyperparameters { get }
  /// Whether fitting depends on the seed.
  static var isSeeded: Bool { get }
  /// Raised whenever the same input would give other samples.
  static var revision: Int { get }

  /// Throws `SpecError` naming a hyperparameter that is out of range; called before anything runs.
  static func validate(_ hyperparameters: Hyperparameters) throws(SpecError)

  /// Fits to the training stretches; validation may only say when to stop.
  ///
  /// - Throws: `GeneratorError` where the market is too short, lacks a component, or training
  ///   diverges.
  static func fit(
    _ market: TrainingMarket, _ hyperparameters: Hyperparameters, in context: GeneratorContext
  ) throws -> any FittedGenerator

  /// What `FittedGenerator.parameters()` gave, back to life: samples are the same to the bit.
  ///
  /// - Throws: `GeneratorError.stored` where something is absent or of another shape.
  static func restore(
    _ parameters: StoredParameters, of market: FittedMarket, _ hyperparameters: Hyperparameters,
    on device: Device
  ) throws -> any FittedGenerator
}

extension MarketGenerator {
  public static func validate(_: Hyperparameters) throws(SpecError) {}
}

/// A generator that can be asked for markets.
public protocol FittedGenerator {
  /// What it remembers of the market it was fitted to.
  var market: FittedMarket { get }
  /// Numbers worth showing about the fit, such as the steps taken.
  var notes: [String: Double] { get }

  /// The moves of one path: days × assets × the components of the market.
  ///
  /// Every value is finite but where the generator repeats observed days with holes in them. The same
  /// request and path give the same bits, whichever other paths are sampled.
  /// - Throws: `GeneratorError.newAssets` where new assets are asked for and cannot be made.
  func sample(_ request: SampleRequest, path: Int) throws -> MarketMoves

  /// What `restore` needs, beside the market and the hyperparameters.
  func parameters() throws -> StoredParameters
}

/// What a fitted generator remembers of its training panel, whatever it has learnt from it.
public struct FittedMarket: Sendable, Equatable {
  public var universe: Universe
  public var components: [MarketComponent]
  public var start: StartingPoint
  public var lastDate: TradingDate

  public init(_ market: TrainingMarket) {
    (universe, components) = (market.universe, market.components)
    (start, lastDate) = (market.start, market.lastDate)
  }

  public init(
    universe: Universe, components: [MarketComponent], start: StartingPoint,
    lastDate: TradingDate
  ) {
    (self.universe, self.components) = (universe, components)
    (self.start, self.lastDate) = (start, lastDate)
  }
}
