import Testing

@testable import Torch

extension TorchSuite {
  /// Values that PyTorch 2.13.0 printed; see `benchmarks/peers/torch_goldens.py`.
  @Suite struct PyTorchGoldenTests {
    static let optimizers: [(rule: Optimizer.Rule, rate: Double, expected: [Double])] = [
      (.adam(), 0.1, [0.983535067356172, -0.50907811147572, 1.51519271812989]),
      (
        .adam(beta1: 0.5, beta2: 0.9, weightDecay: 0.3), 0.1,
        [0.916060385632237, -0.528958110705231, 1.54129041960819]
      ),
      (
        .adamW(weightDecay: 0.3), 0.1,
        [0.890588479015874, -0.399248039354318, 1.2768179568983]
      ),
      (
        .sgd(momentum: 0.9, weightDecay: 0.1), 0.02,
        [0.706899881400481, -0.510680862072503, 0.782400635620578]
      ),
    ]

    @Test(arguments: optimizers)
    func optimizersTakePyTorchsSteps(
      _ item: (rule: Optimizer.Rule, rate: Double, expected: [Double])
    ) throws {
      let single = try steps(item.rule, item.rate, dtype: .float32).to(.float64)
      #expect(isClose(try steps(item.rule, item.rate, dtype: .float64).doubles(), item.expected))
      #expect(isClose(try single.doubles(), item.expected, 2e-6))
      // Elements apart in memory take the way through libtorch's own operations.
      let strided = try steps(item.rule, item.rate, dtype: .float64, strided: true)
      #expect(isClose(try strided.doubles(), item.expected))
    }

    private func steps(
      _ rule: Optimizer.Rule, _ rate: Double, dtype: DType, strided: Bool = false
    ) throws -> Tensor {
      var parameter = try Tensor([0.5, -1, 2], shape: [3]).to(dtype)
      if strided {
        parameter = try parameter.reshaped(3, 1).expanded([3, 2]).contiguous().selected(1, 0)
      }
      try parameter.requiringGrad()
      let optimizer = try Optimizer([parameter], rule, learningRate: rate)
      for _ in 0..<5 {
        try optimizer.clearGrads()
        try (parameter.pow(4) / 4 - parameter).sum().backward()
        try optimizer.step()
      }
      return parameter
    }

    @Test func recurrentNetworks() throws {
      let x = try pattern(2, 3, 4)
      let state = try Tensor.zeros([1, 2, 2], dtype: .float64)
      func parameters(_ gates: Int) throws -> [Tensor] {
        [
          try pattern(2 * gates, 4, offset: 0), try pattern(2 * gates, 2, offset: 1),
          try pattern(2 * gates, offset: 2), try pattern(2 * gates, offset: 3),
        ]
      }
      let lstm = try x.lstm(hidden: state, cell: state, parameters: parameters(4))
      #expect(
        isClose(
          try lstm.output.doubles(),
          [
            -0.0411407905542991, 0.0197100984823144, -0.0742236712840778, 0.0334520977697435,
            -0.1536772799469, 0.0081855001227388, -0.107521520174144, -0.00582280652656121,
            -0.164424733418889, -0.0164165677450419, -0.190258762495352, -0.0152014840570072,
          ]))
      #expect(
        isClose(
          try lstm.cell.doubles(),
          [-0.258756107403968, 0.0158581128668532, -0.365028281544493, -0.0336340884599551]))
      #expect(try lstm.hidden.doubles() == lstm.output.selected(1, 2).doubles())
      let gru = try x.gru(hidden: state, parameters: parameters(3))
      #expect(
        isClose(
          try gru.output.doubles(),
          [
            -0.0406205474527239, 0.147492165477402, -0.0732814054632529, 0.226981381730644,
            -0.154191159695503, 0.170558242937419, -0.122661552549272, 0.0776865308432502,
            -0.19878421801898, 0.0830943683969979, -0.228485677891533, 0.102546956586542,
          ]))
      #expect(throws: TorchError.self) {
        try x.gru(hidden: state, parameters: Array(parameters(3).dropLast()))
      }
    }

    @Test func layers() throws {
      let convolved = try pattern(1, 2, 9).conv1d(
        pattern(1, 2, 3, offset: 1), bias: pattern(1), stride: 2, padding: 1, dilation: 2)
      #expect(isClose(try convolved.doubles(), [-0.14, 0.12, -0.02, -0.03]))

      let rows = try pattern(4, 3, offset: 2)
      let (mean, variance) = (
        try Tensor.zeros([3], dtype: .float64), try Tensor.ones([3], dtype: .float64)
      )
      func normalised(training: Bool) throws -> [Double] {
        try rows.batchNorm(runningMean: mean, runningVariance: variance, training: training)
          .doubles()
      }
      #expect(
        isClose(
          try normalised(training: true),
          [
            -1.34110445196455, -1.34110445196455, 0.78440420408835, -0.447034817321517,
            -0.447034817321517, 1.17660630613253, 0.447034817321517, 0.447034817321517,
            -1.17660630613253, 1.34110445196455, 1.34110445196455, -0.78440420408835,
          ]))
      #expect(isClose(try mean.doubles(), [0.005, -0.015, 0]))
      #expect(
        isClose(
          try variance.doubles(), [0.901666666666667, 0.901666666666667, 0.908666666666667]))
      #expect(
        isClose(
          Array(try normalised(training: false).prefix(3)),
          [-0.110576765823008, -0.300136935805309, 0.209809576695896]))
      let layered = try rows.layerNorm([3], weight: pattern(3), bias: pattern(3, offset: 1))
      #expect(
        isClose(
          Array(try layered.doubles().prefix(3)),
          [-0.2, 0.527083099755426, 0.489285313866445]))
      #expect(
        nativeMessage {
          _ = try Tensor.ones([1, 3]).batchNorm(
            runningMean: Tensor.zeros([3]), runningVariance: Tensor.ones([3]), training: true)
        }?.contains("more than one value") == true)
    }

    @Test func activationsAndLosses() throws {
      let rows = try pattern(4, 3, offset: 2)
      let target = try pattern(4, 3, scale: 0.5, offset: 4)
      #expect(
        isClose(
          Array(try rows.gelu().doubles().prefix(3)),
          [-0.0460172162722971, -0.114626573343314, 0.115851941887821]))
      #expect(
        isClose(
          Array(try rows.softplus().doubles().prefix(3)),
          [0.644396660073571, 0.554355244468527, 0.798138869381592]))
      #expect(
        isClose([try rows.huberLoss(target, delta: 0.6).item()], [0.351666666666667]))
      #expect(
        isClose([try rows.smoothL1Loss(target, beta: 0.6).item()], [0.586111111111111]))
      let positive = try target.greater(0).to(.float64)
      #expect(
        isClose(
          [try rows.binaryCrossEntropy(withLogits: positive).item()], [0.689592129356046]))
      #expect(
        isClose(
          [try rows.crossEntropy(Tensor(indices: [0, 2, 1, 1])).item()], [1.05759399397672]))
    }
  }
}
