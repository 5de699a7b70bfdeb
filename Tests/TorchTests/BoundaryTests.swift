import Foundation
import Testing

@testable import Torch

extension TorchSuite {
  @Suite struct BoundaryTests {
    @Test func failingCallGivesTheNativeMessage() throws {
      let (a, b) = (try Tensor.ones([2, 3]), try Tensor.ones([2, 3]))
      #expect {
        try a.matmul(b)
      } throws: { error in
        guard case TorchError.native("matmul", let message) = error else { return false }
        return message.contains("2x3") && !message.contains("\n0x")
      }
    }

    @Test func eachErrorKeepsItsOwnMessage() throws {
      let a = try Tensor.ones([2, 3])
      for _ in 0..<3 {
        #expect(nativeMessage { _ = try a.matmul(a) }?.contains("mat1 and mat2") == true)
        #expect(nativeMessage { _ = try a.reshaped(7) }?.contains("[7]") == true)
        #expect(nativeMessage { _ = try a.item() } == "a tensor of 6 elements is no single number")
        // A success between failures changes nothing about the next message.
        _ = try a + a
      }
    }

    @Test func messagesStayWithTheirThread() async throws {
      await withTaskGroup(of: Bool.self) { group in
        for size in 3..<11 {
          group.addTask {
            (0..<50).allSatisfy { _ in
              nativeMessage { _ = try Tensor.ones([2, size]).reshaped(size + 1, 5, 7) }?
                .contains("[\(size + 1), 5, 7]") == true
            }
          }
        }
        for await correct in group { #expect(correct) }
      }
    }

    @Test func shapesThatCannotBeAreTypedErrors() throws {
      #expect(throws: TorchError.shapeMismatch(expected: [2, 2], got: [3])) {
        try Tensor([1, 2, 3] as [Float], shape: [2, 2])
      }
      #expect(throws: TorchError.shapeMismatch(expected: [-1], got: [1])) {
        try Tensor([1.0], shape: [-1])
      }
      #expect(throws: TorchError.shapeMismatch(expected: [.max, 3], got: [1])) {
        try Tensor([1.0], shape: [.max, 3])
      }
      #expect(throws: TorchError.shapeMismatch(expected: [2], got: [3])) {
        try Tensor.ones([2]).assign(Tensor.ones([3]))
      }
    }

    @Test func wrongElementTypeIsATypedError() throws {
      #expect(throws: TorchError.dtypeMismatch(expected: .float32, got: .float64)) {
        try Tensor.ones([2], dtype: .float64).floats()
      }
      #expect(throws: TorchError.dtypeMismatch(expected: .int64, got: .bool)) {
        try Tensor.ones([2], dtype: .bool).integers()
      }
      let (a, b) = (try Tensor.ones([2, 2]), try Tensor.ones([2, 2], dtype: .float64))
      #expect(nativeMessage { _ = try a.matmul(b) } != nil)
    }

    @Test func elementTypesTravelUnchanged() throws {
      #expect(try Tensor([1.5, -0.25] as [Float], shape: [2]).floats() == [1.5, -0.25])
      #expect(try Tensor([1e300, -0.1], shape: [2]).doubles() == [1e300, -0.1])
      #expect(try Tensor(indices: [.max, .min, 3]).integers() == [.max, .min, 3])
      #expect(try Tensor([0.0, 2], shape: [2]).greater(1).bools() == [false, true])
      for dtype in DType.allCases {
        #expect(try Tensor.zeros([1], dtype: dtype).dtype == dtype)
        #expect(try Tensor.ones([1]).to(dtype).dtype == dtype)
      }
      #expect(try Tensor([] as [Float], shape: [0, 4]).floats() == [])
    }

    /// In a process of its own, since other tests hold tensors beside it.
    @Test func everyHandleIsFreedOnce() async {
      await #expect(processExitsWith: .success) {
        let before = TorchRuntime.liveTensors
        try {
          let a = try Tensor.ones([8, 8]).requiringGrad()
          let loss = try (a.matmul(a) + 1).relu().sum()
          try loss.backward()
          _ = try a.grad()
          _ = try gradients(of: (a * a).sum(), by: [a])
          _ = try Tensor.eye(3, dtype: .float64).symmetricEigen()
          let optimizer = try Optimizer([a], .adam(), learningRate: 0.1)
          try optimizer.step()
          _ = try optimizer.state()
          _ = try? a.matmul(Tensor.ones([3, 3]))
          try #require(TorchRuntime.liveTensors > before)
        }()
        try #require(TorchRuntime.liveTensors == before)
      }
    }

    /// In a process of its own, since other tests allocate beside it.
    @Test func creatingAndDroppingLeavesMemoryFlat() async {
      await #expect(processExitsWith: .success) {
        func churn() throws {
          for _ in 0..<200 { _ = try Tensor.zeros([256, 256]) }
          for _ in 0..<200 { #expect(throws: TorchError.self) { try Tensor.ones([2]).item() } }
        }
        try churn()
        let before = try residentBytes()
        // 200 tensors of 256 KiB each time: a leak would show as 200 MiB.
        for _ in 0..<4 { try churn() }
        try #require(try residentBytes() - before < 16 << 20)
      }
    }

    @Test func missingDeviceIsAnErrorAndNoFallback() throws {
      let devices = TorchRuntime.cudaDevices
      #expect(throws: TorchError.noSuchDevice(.cuda(devices), devices: devices)) {
        try TorchRuntime.require(.cuda(devices))
      }
      #expect(throws: TorchError.noSuchDevice(.cuda(devices), devices: devices)) {
        try Generator(seed: 1, device: .cuda(devices))
      }
      #expect(throws: TorchError.self) { try Tensor.ones([1]).to(device: .cuda(devices)) }
      try TorchRuntime.require(.cpu)
      #expect(Device("cuda:3") == .cuda(3) && Device("cuda") == .cuda(0) && Device("cpu") == .cpu)
      #expect(Device("cuda:-1") == nil && Device("gpu") == nil && Device("cuda:999") == nil)
    }

    @Test func runtimeDescribesItself() throws {
      #expect(TorchRuntime.version.split(separator: ".").count >= 3)
      #expect(TorchRuntime.buildConfiguration.contains("PyTorch"))
      try TorchRuntime.setThreads(1)
      #expect(TorchRuntime.threads == 1 && (TorchRuntime.blasThreads ?? 1) == 1)
      #expect(throws: TorchError.self) { try TorchRuntime.setThreads(0) }
      #expect(TorchRuntime.threads == 1)
    }
  }
}

/// What the process holds in memory now.
func residentBytes() throws -> Int {
  let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
  let pages = text.split(separator: " ")[1]
  return (Int(pages) ?? 0) * sysconf(Int32(_SC_PAGESIZE))
}
