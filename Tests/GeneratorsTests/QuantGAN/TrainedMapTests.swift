import Market
import Testing
import Torch

@testable import Generators

@Suite struct TrainedMapTests {
  private static func normals(_ count: Int, seed: UInt64) -> [Double] {
    var stream = SeedStream(seed: seed)
    return (0..<count).map { _ in stream.normal() }
  }

  /// A network that makes what is half as wide, bent: through the map its values are as the map alone has them.
  @Test func valuesGoThroughTheMapItWasGiven() throws {
    let observed = Self.normals(800, seed: 1)
    let values = Self.normals(3000, seed: 2).map { 0.5 * $0 + 0.1 * $0 * abs($0) }
    let map = MarginalMap(from: values, to: observed)
    let trained = try TrainedMap(observed: observed.count)
    let row = try Tensor(values.map { Float($0) }, shape: [3, 1000])
    #expect(try trained(row).floats() == row.floats())
    try trained.take(map)
    for (made, value) in zip(try trained(row).floats(), values) {
      #expect(abs(Double(made) - map(value)) < 1e-4)
    }
    // It stays, whatever comes after.
    try trained.take(MarginalMap(from: values.map { 3 * $0 }, to: observed))
    #expect(abs(Double(try trained(row).floats()[7]) - map(values[7])) < 1e-4)
  }

  @Test func slopesAreThoseOfTheMap() throws {
    let observed = Self.normals(400, seed: 3)
    let values = Self.normals(2000, seed: 4).map { 0.25 * $0 }
    let trained = try TrainedMap(observed: observed.count)
    try trained.take(MarginalMap(from: values, to: observed))
    let row = try Tensor([-0.3, 0.01, 0.2, 2] as [Float], shape: [1, 4]).requiringGrad()
    try trained(row).sum().backward()
    let slopes = try #require(try row.grad()).floats()
    for (index, value) in [-0.3, 0.01, 0.2, 2].enumerated() {
      let around = try Tensor([Float(value - 5e-4), Float(value + 5e-4)], shape: [1, 2])
      let made = try trained(around).floats()
      // Knots are some hundredths apart, and slopes change at them.
      #expect(abs(Double(made[1] - made[0]) / 1e-3 / Double(slopes[index]) - 1) < 0.5)
    }
    #expect(slopes.allSatisfy { $0 > 1 })
  }

  /// Too few values make no map, and nothing is changed.
  @Test func fewValuesMakeNoMap() throws {
    let trained = try TrainedMap(observed: 30)
    try trained.take(MarginalMap(from: Self.normals(100, seed: 1), to: Self.normals(30, seed: 2)))
    let row = try Tensor([0.5, 3] as [Float], shape: [1, 2])
    #expect(try trained(row).floats() == [0.5, 3])
  }
}
