import Testing

@testable import Torch

extension TorchSuite {
  @Suite struct GradientTests {
    struct Case: Sendable, CustomTestStringConvertible {
      let name: String
      let shapes: [[Int]]
      let function: @Sendable ([Tensor]) throws -> Tensor
      var testDescription: String { name }

      init(
        _ name: String, _ shapes: [Int]...,
        function: @escaping @Sendable ([Tensor]) throws -> Tensor
      ) {
        (self.name, self.shapes, self.function) = (name, shapes, function)
      }
    }

    static let cases: [Case] = [
      Case("+", [2, 3], [3]) { try $0[0] + $0[1] },
      Case("-", [2, 3], [3]) { try $0[0] - $0[1] },
      Case("*", [2, 3], [2, 1]) { try $0[0] * $0[1] },
      Case("/", [2, 3], [3]) { try $0[0] / ($0[1].square() + 1) },
      Case("scalars", [4]) { try 2 / ((3 - $0[0] * 2) / 4 + 1.5) - 1 },
      Case("pow", [4]) { try $0[0].pow(3) },
      Case("pow tensor", [3], [3]) { try ($0[0].square() + 1).pow($0[1]) },
      Case("maximum", [5], [5]) { try $0[0].maximum($0[1]) },
      Case("minimum", [5], [5]) { try $0[0].minimum($0[1]) },
      Case("clamp", [5]) { try $0[0].clamped(min: -0.55, max: 0.45) },
      Case("abs", [5]) { try $0[0].abs() },
      Case("sqrt", [3]) { try ($0[0].square() + 0.5).sqrt() },
      Case("exp", [3]) { try $0[0].exp() },
      Case("log", [3]) { try ($0[0].square() + 0.5).log() },
      Case("log1p", [3]) { try $0[0].square().log1p() },
      Case("reciprocal", [3]) { try ($0[0].square() + 0.5).reciprocal() },
      Case("sin", [3]) { try $0[0].sin() },
      Case("cos", [3]) { try $0[0].cos() },
      Case("relu", [5]) { try $0[0].relu() },
      Case("tanh", [5]) { try $0[0].tanh() },
      Case("sigmoid", [5]) { try $0[0].sigmoid() },
      Case("gelu", [5]) { try $0[0].gelu() },
      Case("silu", [5]) { try $0[0].silu() },
      Case("softplus", [5]) { try $0[0].softplus() },
      Case("leaky relu", [5]) { try $0[0].leakyReLU(slope: 0.2) },
      Case("prelu", [5, 2], [2]) { try $0[0].prelu($0[1]) },
      Case("elu", [5]) { try $0[0].elu(alpha: 1.3) },
      Case("softmax", [2, 3]) { try $0[0].softmax(-1) },
      Case("log softmax", [2, 3]) { try $0[0].logSoftmax(0) },
      Case("sum", [2, 3]) { try $0[0].sum(0) },
      Case("mean", [2, 3]) { try $0[0].mean() },
      Case("variance", [2, 3]) { try $0[0].variance(1) },
      Case("deviation", [2, 3]) { try $0[0].standardDeviation(1, population: true) },
      Case("max", [2, 3]) { try $0[0].max(1) },
      Case("min", [2, 3]) { try $0[0].min(0) },
      Case("norm", [2, 3]) { try $0[0].norm(1) },
      Case("log sum exp", [2, 3]) { try $0[0].logSumExp(1) },
      Case("cumulative sum", [2, 3]) { try $0[0].cumulativeSum(1) },
      Case("matmul", [2, 3], [3, 4]) { try $0[0].matmul($0[1]) },
      Case("bmm", [2, 2, 3], [2, 3, 2]) { try $0[0].bmm($0[1]) },
      Case("cholesky", [3, 3]) {
        try ($0[0].matmul($0[0].transposed()) + Tensor.eye(3, dtype: .float64)).cholesky()
      },
      Case("solve", [3, 3], [3, 2]) {
        try ($0[0] + Tensor.eye(3, dtype: .float64) * 4).solve($0[1])
      },
      Case("reshape", [2, 3]) { try $0[0].reshaped(3, 2) },
      Case("expand", [1, 3]) { try $0[0].expanded([2, 3]) },
      Case("permute", [2, 3, 2]) { try $0[0].permuted(2, 0, 1) },
      Case("squeeze", [2, 1]) { try $0[0].squeezed(1).unsqueezed(0) },
      Case("slice", [5, 2]) { try $0[0].sliced(0, 1..<5, step: 2) },
      Case("narrow", [5]) { try $0[0].narrowed(0, from: 1, length: 3) },
      Case("select", [2, 3]) { try $0[0].selected(1, 2) },
      Case("pad", [2, 3]) { try $0[0].padded([1, 2], value: 3) },
      Case("cat", [2, 3], [2, 1]) { try Tensor.concatenated([$0[0], $0[1]], 1) },
      Case("stack", [2], [2]) { try Tensor.stacked([$0[0], $0[1]], 1) },
      Case("gather", [2, 3]) {
        try $0[0].gathered(1, Tensor(indices: [2, 0, 1, 1], shape: [2, 2]))
      },
      Case("index select", [3, 2]) { try $0[0].indexSelected(0, Tensor(indices: [2, 2, 0])) },
      Case("index add", [3, 2], [2, 2]) {
        try $0[0].indexAdded(0, Tensor(indices: [1, 1]), $0[1])
      },
      Case("masked", [5]) { try $0[0].masked(Tensor([1.0, 0, 1, 1, 0], shape: [5]).greater(0.5)) },
      Case("masked fill", [3]) {
        try $0[0].filled(Tensor([1.0, 0, 1], shape: [3]).greater(0.5), with: 2)
      },
      Case("where", [3], [3]) {
        try Tensor.choosing(Tensor([1.0, 0, 1], shape: [3]).greater(0.5), $0[0], else: $0[1])
      },
      Case("linear", [4, 3], [2, 3], [2]) { try $0[0].linear($0[1], bias: $0[2]) },
      Case("conv1d", [2, 2, 9], [4, 1, 3], [4]) {
        try $0[0].conv1d($0[1], bias: $0[2], stride: 2, padding: 1, dilation: 2, groups: 2)
      },
      Case("layer norm", [4, 3], [3], [3]) {
        try $0[0].layerNorm([3], weight: $0[1], bias: $0[2])
      },
      Case("batch norm", [4, 3], [3], [3]) {
        try $0[0].batchNorm(
          weight: $0[1], bias: $0[2], runningMean: Tensor.zeros([3], dtype: .float64),
          runningVariance: Tensor.ones([3], dtype: .float64), training: true)
      },
      Case("batch norm eval", [4, 3], [3], [3]) {
        try $0[0].batchNorm(
          weight: $0[1], bias: $0[2], runningMean: Tensor.ones([3], dtype: .float64),
          runningVariance: Tensor.full([3], 2, dtype: .float64), training: false)
      },
      Case("dropout", [4, 3]) { try $0[0].dropout(0.4, using: Generator(seed: 5)) },
      Case("lstm", [2, 3, 4], [1, 2, 2], [1, 2, 2], [8, 4], [8, 2], [8], [8]) {
        let (output, _, cell) = try $0[0].lstm(
          hidden: $0[1], cell: $0[2], parameters: Array($0[3...]))
        return try output.sum(1) + cell.squeezed(0)
      },
      Case("gru", [2, 3, 4], [1, 2, 2], [6, 4], [6, 2], [6], [6]) {
        let (output, hidden) = try $0[0].gru(hidden: $0[1], parameters: Array($0[2...]))
        return try output.sum(1) + hidden.squeezed(0)
      },
      Case("squared error", [4], [4]) { try $0[0].squaredError($0[1]) },
      Case("huber", [6], [6]) { try $0[0].huberLoss($0[1], delta: 0.6) },
      Case("smooth l1", [6], [6]) { try $0[0].smoothL1Loss($0[1], beta: 0.6, .sum) },
      Case("binary cross-entropy", [4]) {
        try $0[0].binaryCrossEntropy(withLogits: Tensor([1.0, 0, 0, 1], shape: [4]), .none)
      },
      Case("cross-entropy", [3, 4]) { try $0[0].crossEntropy(Tensor(indices: [3, 0, 2])) },
    ]

    /// Central differences of Σ w · f(x) for each element of each input.
    @Test(arguments: cases)
    func agreesWithCentralDifferences(_ item: Case) throws {
      let generator = try Generator(seed: 11)
      let inputs = try item.shapes.map { try generator.normal($0, dtype: .float64) }
      for input in inputs { try input.requiringGrad() }
      let output = try item.function(inputs)
      let weights = try generator.normal(output.shape, dtype: .float64)
      let analytic = try gradients(of: output, weights: weights, by: inputs)

      func weighted(_ values: [[Double]]) throws -> Double {
        let moved = try zip(values, item.shapes).map { try Tensor($0, shape: $1) }
        return try (item.function(moved) * weights).sum().item()
      }
      let values = try inputs.map { try $0.doubles() }
      let step = 1e-5
      for (position, gradient) in analytic.enumerated() {
        #expect(gradient.shape == item.shapes[position])
        for (element, slope) in try gradient.doubles().enumerated() {
          var (up, down) = (values, values)
          up[position][element] += step
          down[position][element] -= step
          let numeric = try (weighted(up) - weighted(down)) / (2 * step)
          #expect(abs(slope - numeric) < 1e-7 * max(1, abs(numeric)), "\(position), \(element)")
        }
      }
    }

    /// The penalty (‖∂f/∂x‖ − 1)² of f = Σ w x³ by x, differentiated by w.
    @Test func gradientsOfGradients() throws {
      let x = try Tensor([0.5, -1, 2], shape: [3]).requiringGrad()
      let w = try Tensor([1.0, 0.5, -0.25], shape: [3]).requiringGrad()
      let slope = try gradients(of: (w * x.pow(3)).sum(), by: [x], createGraph: true)[0]
      let penalty = try (slope.norm() - 1).square()
      try penalty.backward()
      // slope = 3 w x², so ∂penalty/∂w = 2 (n − 1) / n · slope · 3 x², with n = ‖slope‖.
      let (xs, ws) = ([0.5, -1, 2], [1, 0.5, -0.25])
      let slopes = zip(xs, ws).map { 3 * $1 * $0 * $0 }
      let norm = slopes.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let expected = zip(xs, slopes).map { 2 * (norm - 1) / norm * $1 * 3 * $0 * $0 }
      #expect(isClose(try #require(try w.grad()).doubles(), expected))
    }

    @Test func backwardAccumulatesUntilCleared() throws {
      let x = try Tensor([3.0], shape: [1]).requiringGrad()
      #expect(try x.grad() == nil)
      try x.square().sum().backward()
      try x.square().sum().backward()
      #expect(try x.grad()?.doubles() == [12])
      try x.clearGrad()
      #expect(try x.grad() == nil)
    }

    @Test func graphsAreUsedUpUnlessRetained() throws {
      let x = try Tensor([3.0], shape: [1]).requiringGrad()
      let loss = try x.square().sum()
      try loss.backward(retainGraph: true)
      try loss.backward()
      #expect(nativeMessage { try loss.backward() }?.contains("second time") == true)
      #expect(nativeMessage { try Tensor.ones([1]).backward() } != nil)
      #expect(nativeMessage { try (x * Tensor.ones([2], dtype: .float64)).backward() } != nil)
    }

    @Test func withoutGradRecordsNothingAndEndsWithItsBody() throws {
      let x = try Tensor([3.0], shape: [1]).requiringGrad()
      #expect(try !withoutGrad { try x.square() }.requiresGrad)
      #expect(throws: TorchError.self) { try withoutGrad { _ = try x.reshaped(2) } }
      #expect(try x.square().requiresGrad)
      #expect(try !x.square().detached().requiresGrad)
      #expect(throws: TorchError.self) {
        try gradients(of: x.detached().requiringGrad().sum(), by: [x])
      }
    }

    @Test func clipping() throws {
      func parameters() throws -> [Tensor] {
        let a = try Tensor([3.0, 0], shape: [2]).requiringGrad()
        let b = try Tensor([-4.0], shape: [1]).requiringGrad()
        try (a.square().sum() / 2 + b.square().sum() / 2).backward()
        return [a, b, try Tensor.ones([1]).requiringGrad()]
      }
      func grads(_ parameters: [Tensor]) throws -> [Double] {
        try parameters.compactMap { try $0.grad() }.flatMap { try $0.doubles() }
      }
      var some = try parameters()
      #expect(try clipGradients(of: some, norm: 10) == 5 && grads(some) == [3, 0, -4])
      #expect(try clipGradients(of: some, norm: 1) == 5)
      #expect(isClose(try grads(some), [0.6, 0, -0.8]))
      some = try parameters()
      try clipGradients(of: some, value: 3.5)
      #expect(try grads(some) == [3, 0, -3.5])
      try (some[0] * Double.infinity).sum().backward()
      #expect(try !clipGradients(of: some, norm: 1).isFinite)
    }
  }
}
