import Market
import Torch

/// Explicit features whose products approximate the kernel exp(−γ‖x − x′‖²), after Nyström.
///
/// With landmarks *L* among the rows, φ(x) = K(x, L) V Λ^(−½), V and Λ being the eigenvectors and
/// -values of K(L, L): between landmarks the products are exact. Williams and Seeger (2001), *Using
/// the Nyström Method to Speed Up Kernel Machines*. They draw landmarks at random; here they follow
/// the golden ratio over the rows in their order, by date and then asset: as even over time as can
/// be, scattered over the assets, and the same for every seed.
struct KernelFeatures {
  let gamma: Double
  /// How many rows stand for all of them.
  let landmarks: Int
  /// How many features come of them: fewer where landmarks resemble each other.
  let count: Int
  private let columns: Int
  /// 2γL, landmarks × columns.
  private let points: Tensor
  /// −γ‖l‖², one a landmark.
  private let offsets: Tensor
  /// V Λ^(−½), landmarks × count.
  private let map: Tensor

  /// - Complexity: O(landmarks² · columns + landmarks³).
  init(gamma: Double, landmarks limit: Int, of samples: Samples) throws {
    let chosen = Self.positions(limit, of: samples.count)
    var values: [Float] = []
    samples.gather(chosen, into: &values)
    self.gamma = gamma
    (landmarks, columns) = (chosen.count, samples.columns.count)
    let rows = try Tensor(values, shape: [landmarks, columns]).to(.float64)
    points = try rows * (2 * gamma)
    offsets = try rows.square().sum(1) * -gamma
    let kernel = try Self.kernel(rows, points, offsets, gamma: gamma)
    let (eigenvalues, vectors) = try kernel.symmetricEigen()
    let sizes = try eigenvalues.doubles()
    // Directions that rounding could have made hold nothing of the kernel.
    let kept = sizes.indices.filter { sizes[$0] > 1e-10 * (sizes.last ?? 0) }
    count = kept.count
    let scales = try Tensor(kept.map { 1 / sizes[$0].squareRoot() }, shape: [1, count])
    map = try vectors.narrowed(1, from: kept[0], length: count) * scales
  }

  /// Row positions, increasing: ⌊n · frac(kφ)⌋ for k = 1, 2, …, each once.
  static func positions(_ limit: Int, of count: Int) -> [Int] {
    let golden = (5.0.squareRoot() - 1) / 2
    guard limit < count else { return Array(0..<count) }
    let positions = (1...limit).map { step in
      let place = (Double(step) * golden).truncatingRemainder(dividingBy: 1)
      return min(count - 1, Int(place * Double(count)))
    }
    return Set(positions).sorted()
  }

  /// The features of all rows: rows × `count`, row-major.
  func values(of samples: Samples) throws -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(samples.count * count)
    try samples.forEachBlock { range, block in
      result += try values(of: block, rows: range.count)
    }
    return result
  }

  /// The features of rows × columns values.
  func values(of block: [Float], rows: Int) throws -> [Float] {
    let x = try Tensor(block, shape: [rows, columns]).to(.float64)
    return try Self.kernel(x, points, offsets, gamma: gamma).matmul(map).to(.float32).floats()
  }

  /// exp(−γ‖x‖² + 2γ x·l − γ‖l‖²), rows × landmarks.
  private static func kernel(
    _ rows: Tensor, _ points: Tensor, _ offsets: Tensor, gamma: Double
  ) throws -> Tensor {
    let own = try rows.square().sum(1, keepDims: true) * -gamma
    return try (rows.matmul(points.transposed()) + own + offsets).exp()
  }
}
