import Foundation
import Market
import Testing

@testable import Datasets

/// Facts that markets share (Cont, Quantitative Finance 1, 2001), each within stated bounds.
@Suite struct StylisedFactsTests {
  static let simulation = Result {
    try ReferenceMarket.simulate(parameters(assets: 24, dates: 2500, seed: 2))
  }

  /// Asset → its log returns by date.
  static let returns = Result { () throws -> [[Double]] in
    let panel = try simulation.get().panel
    let close = try panel.series(of: "close", for: "the test")
    return (0..<panel.assets).map { asset in
      (1..<panel.dates).map { date in
        log(Double(close[date * panel.assets + asset] / close[(date - 1) * panel.assets + asset]))
      }
    }
  }

  static let market = Result { () throws -> [Double] in
    let returns = try StylisedFactsTests.returns.get()
    return returns[0].indices.map { date in
      returns.reduce(0) { $0 + $1[date] } / Double(returns.count)
    }
  }

  static func lagged(_ x: [Double], _ y: [Double], _ lag: Int) -> Double {
    SignalParts.correlation(Array(x.dropLast(lag)), Array(y.dropFirst(lag)))
  }

  static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  @Test func tailsAreHeavy() throws {
    let kurtoses = try Self.returns.get().map { returns in
      let centre = Self.mean(returns)
      let second = Self.mean(returns.map { pow($0 - centre, 2) })
      return Self.mean(returns.map { pow($0 - centre, 4) }) / (second * second) - 3
    }
    #expect(kurtoses.allSatisfy { $0 > 1 })
    #expect((2...25).contains(Self.mean(kurtoses)))
  }

  @Test func volatilityClusters() throws {
    let sizes = try Self.returns.get().map { $0.map(abs) }
    for lag in [1, 2, 5, 10, 20] {
      let mean = Self.mean(sizes.map { Self.lagged($0, $0, lag) })
      #expect((0.03...0.4).contains(mean), "lag \(lag): \(mean)")
    }
  }

  @Test func returnsAreHardlyAutocorrelated() throws {
    for lag in [1, 2, 5] {
      let mean = Self.mean(try Self.returns.get().map { Self.lagged($0, $0, lag) })
      #expect(abs(mean) < 0.03, "lag \(lag): \(mean)")
    }
  }

  @Test func volatilityRisesAfterFalls() throws {
    let market = try Self.market.get()
    let leverage = Self.mean((1...5).map { Self.lagged(market, market.map { $0 * $0 }, $0) })
    #expect((-0.3 ... -0.02).contains(leverage), "\(leverage)")
  }

  @Test func sectorsMoveTogether() throws {
    let returns = try Self.returns.get()
    var (within, across): ([Double], [Double]) = ([], [])
    for first in returns.indices {
      for second in 0..<first {
        let value = SignalParts.correlation(returns[first], returns[second])
        if first % 8 == second % 8 { within.append(value) } else { across.append(value) }
      }
    }
    #expect((0.1...0.4).contains(Self.mean(across)), "\(Self.mean(across))")
    #expect(Self.mean(within) > Self.mean(across) + 0.03)
  }

  @Test func crisesHappenAndFall() throws {
    let regimes = try Self.simulation.get().regimes
    let market = try Self.market.get()
    func returns(in regime: MarketRegime) -> [Double] {
      market.indices.filter { regimes[$0 + 1] == regime }.map { market[$0] }
    }
    let (crisis, normal) = (returns(in: .crisis), returns(in: .normal))
    #expect((0.02...0.25).contains(Double(crisis.count) / Double(market.count)))
    #expect(Self.mean(crisis) < 0 && Self.mean(market) > 0)
    func square(_ values: [Double]) -> Double { Self.mean(values.map { $0 * $0 }) }
    #expect(square(crisis) > 2 * square(normal))
    #expect(square(normal) > square(returns(in: .calm)))
  }

  @Test func volumeFollowsMovement() throws {
    let panel = try Self.simulation.get().panel
    let volume = try panel.series(of: "volume", for: "the test")
    let values = try Self.returns.get().enumerated().map { asset, returns in
      let logs = (1..<panel.dates).map { log(Double(volume[$0 * panel.assets + asset])) }
      return SignalParts.correlation(logs, returns.map(abs))
    }
    #expect((0.3...0.95).contains(Self.mean(values)))
  }
}
