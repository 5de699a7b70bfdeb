import Testing

@testable import Torch

extension TorchSuite {
  /// Small cases worked out by hand: each call reaches the function it is named after.
  @Suite struct OperationTests {
    let a: Tensor
    let b: Tensor

    init() throws {
      a = try Tensor([1.0, -2, 3, 4, 5, -6], shape: [2, 3])
      b = try Tensor([2.0, 4, 0.5], shape: [3])
    }

    @Test func arithmeticBroadcasts() throws {
      #expect(try (a + b).doubles() == [3, 2, 3.5, 6, 9, -5.5])
      #expect(try (a - b).doubles() == [-1, -6, 2.5, 2, 1, -6.5])
      #expect(try (a * b).doubles() == [2, -8, 1.5, 8, 20, -3])
      #expect(try (a / b).doubles() == [0.5, -0.5, 6, 2, 1.25, -12])
      #expect(try (1 - a * 2).doubles() == [-1, 5, -5, -7, -9, 13])
      #expect(try (6 / b + 1).doubles() == [4, 2.5, 13])
      #expect(try (-a).doubles() == [-1, 2, -3, -4, -5, 6])
      #expect(try b.pow(2).doubles() == [4, 16, 0.25])
      #expect(try b.pow(b).doubles().first == 4)
      #expect(try a.maximum(b).doubles() == [2, 4, 3, 4, 5, 0.5])
      #expect(try a.minimum(b).doubles() == [1, -2, 0.5, 2, 4, -6])
      #expect(try a.clamped(min: -1, max: 3).doubles() == [1, -1, 3, 3, 3, -1])
      #expect(try a.clamped(max: 0).doubles() == [0, -2, 0, 0, 0, -6])
      #expect(try a.clamped(min: 0).doubles() == [1, 0, 3, 4, 5, 0])
      #expect(try (Tensor(indices: [1, 2]) * 3).integers() == [3, 6])
    }

    @Test func comparisons() throws {
      #expect(try a.less(2).bools() == [true, true, false, false, false, true])
      #expect(try a.lessOrEqual(1).bools() == [true, true, false, false, false, true])
      #expect(try a.greater(b).bools() == [false, false, true, true, true, false])
      #expect(try a.greaterOrEqual(3).bools() == [false, false, true, true, true, false])
      #expect(try a.equal(3).bools() == [false, false, true, false, false, false])
      #expect(try a.notEqual(a).bools() == Array(repeating: false, count: 6))
      let (low, high) = (try a.greater(0), try a.less(4))
      #expect(try low.and(high).bools() == [true, false, true, false, false, false])
      #expect(try low.or(high).bools() == Array(repeating: true, count: 6))
      #expect(try low.not().bools() == [false, true, false, false, false, true])
      #expect(
        try Tensor([1.0, .nan, .infinity], shape: [3]).isFinite().bools() == [true, false, false])
    }

    @Test func reductions() throws {
      #expect(try a.sum().item() == 5 && a.sum().shape == [])
      #expect(try a.sum(0).doubles() == [5, 3, -3])
      #expect(try a.sum(-1, keepDims: true).shape == [2, 1])
      #expect(try a.mean(1).doubles() == [2.0 / 3, 1])
      #expect(isClose([try b.variance().item()], [37.0 / 12]))
      #expect(isClose([try b.variance(population: true).item()], [37.0 / 18]))
      #expect(isClose([try b.standardDeviation().item()], [(37.0 / 12).squareRoot()]))
      #expect(
        isClose([try b.standardDeviation(population: true).item()], [(37.0 / 18).squareRoot()]))
      #expect(try a.max().item() == 5 && a.max(0).doubles() == [4, 5, 3])
      #expect(try a.min(1).doubles() == [-2, -6])
      #expect(try Tensor([3.0, 4], shape: [2]).norm().item() == 5)
      #expect(isClose([try b.logSumExp().item()], [4.153178207122288], 1e-10))
      #expect(try a.argmax(1).integers() == [2, 1] && a.argmin(0).integers() == [0, 0, 1])
      #expect(try a.cumulativeSum(1).doubles() == [1, -1, 2, 4, 9, 3])
    }

    @Test func shapes() throws {
      #expect(try a.reshaped(3, -1).shape == [3, 2])
      #expect(try a.transposed().contiguous().doubles() == [1, 4, -2, 5, 3, -6])
      #expect(try a.reshaped(1, 2, 3).permuted(2, 0, 1).shape == [3, 1, 2])
      #expect(try b.unsqueezed(0).expanded([2, 3]).doubles() == [2, 4, 0.5, 2, 4, 0.5])
      #expect(try b.unsqueezed(0).squeezed(0).shape == [3])
      #expect(try a.sliced(1, 0..<3, step: 2).doubles() == [1, 3, 4, -6])
      #expect(try a.narrowed(1, from: 1, length: 2).doubles() == [-2, 3, 5, -6])
      #expect(throws: TorchError.self) { try a.narrowed(1, from: 2, length: 2) }
      #expect(try a.selected(0, 1).doubles() == [4, 5, -6])
      #expect(try Tensor.concatenated([a, a], 1).shape == [2, 6])
      #expect(try Tensor.stacked([b, b, b, b]).shape == [4, 3])
      #expect(try b.padded([1, 2], value: 9).doubles() == [9, 2, 4, 0.5, 9, 9])
      #expect(try Tensor.arange(1, to: 2, by: 0.25).floats() == [1, 1.25, 1.5, 1.75])
      #expect(try Tensor.eye(2).floats() == [1, 0, 0, 1])
    }

    @Test func indexing() throws {
      let columns = try Tensor(indices: [2, 0])
      #expect(try a.indexSelected(1, columns).doubles() == [3, 1, -6, 4])
      #expect(try a.gathered(1, columns.reshaped(2, 1)).doubles() == [3, 4])
      #expect(
        try Tensor.zeros([3], dtype: .float64)
          .indexAdded(0, Tensor(indices: [1, 1, 2]), b).doubles() == [0, 6, 0.5])
      #expect(try a.masked(a.less(0)).doubles() == [-2, -6])
      #expect(try a.filled(a.less(0), with: 0).doubles() == [1, 0, 3, 4, 5, 0])
      #expect(
        try Tensor.choosing(a.greater(0), a, else: a * 10).doubles() == [1, -20, 3, 4, 5, -60])
      #expect(throws: TorchError.self) { try a.indexSelected(1, Tensor(indices: [3])) }
      #expect(throws: TorchError.self) {
        try a.gathered(1, Tensor(indices: [9, 9], shape: [2, 1]))
      }
    }

    @Test func linearAlgebraInDoublePrecision() throws {
      // [[4, 2], [2, 3]] = L Lᵀ with L = [[2, 0], [1, √2]]; eigenvalues (7 ± √17) / 2.
      let matrix = try Tensor([4.0, 2, 2, 3], shape: [2, 2])
      let right = try Tensor([2.0, 1], shape: [2, 1])
      let lower = try matrix.cholesky()
      #expect(isClose(try lower.doubles(), [2, 0, 1, 2.0.squareRoot()]))
      #expect(isClose(try lower.choleskySolve(right).doubles(), [0.5, 0]))
      #expect(isClose(try matrix.solve(right).doubles(), [0.5, 0]))
      let (values, vectors) = try matrix.symmetricEigen()
      let root = 17.0.squareRoot()
      #expect(isClose(try values.doubles(), [(7 - root) / 2, (7 + root) / 2]))
      let rebuilt = try (vectors * values).matmul(vectors.transposed())
      #expect(isClose(try rebuilt.doubles(), [4, 2, 2, 3]))
      let indefinite = try Tensor([1.0, 2, 2, 1], shape: [2, 2])
      #expect(
        nativeMessage { _ = try indefinite.cholesky() }?.contains("positive-definite") == true)
      #expect(throws: TorchError.self) { try Tensor.ones([2, 2], dtype: .float64).solve(right) }
      #expect(try a.reshaped(1, 2, 3).bmm(a.reshaped(1, 3, 2)).shape == [1, 2, 2])
    }

    @Test func copiesAndInPlaceWrites() throws {
      let copy = try a.cloned()
      try copy.fill(7)
      #expect(try a.doubles()[0] == 1 && copy.doubles() == Array(repeating: 7, count: 6))
      try copy.assign(a)
      #expect(try copy.doubles() == a.doubles())
      let parameter = try Tensor.ones([2]).requiringGrad()
      try parameter.assign(Tensor.zeros([2]))
      #expect(try parameter.requiresGrad && parameter.floats() == [0, 0])
    }
  }
}
