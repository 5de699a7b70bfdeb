import Foundation
import Testing

@testable import Generators

/// What arch and scipy gave (`benchmarks/peers/arch_garch.py`).
struct GARCHGolden: Decodable {
  struct Case: Decodable {
    let leverage: Bool
    let innovations: GARCH.Innovations
    let mean: Double
    let omega: Double
    let alpha: Double
    let gamma: Double
    let beta: Double
    let degrees: Double?
    let logLikelihood: Double
    let lastVariance: Double
  }
  struct Truth: Decodable {
    let mean: Double
    let omega: Double
    let alpha: Double
    let gamma: Double
    let beta: Double
    let degrees: Double
  }
  struct Piecewise: Decodable {
    let segments: [[Int]]
    let missing: [Int]
    let logLikelihood: Double
  }
  struct Quantiles: Decodable {
    let degrees: Double
    let values: [Double]
  }

  let truth: Truth
  let returns: [Double]
  let cases: [Case]
  let piecewise: Piecewise
  let scores: [Double]
  let quantiles: [Quantiles]
  let index: [Case]

  static func load() throws -> GARCHGolden {
    let url = try #require(
      Bundle.module.url(forResource: "garch", withExtension: "json", subdirectory: "Goldens"))
    return try JSONDecoder().decode(GARCHGolden.self, from: Data(contentsOf: url))
  }
}
