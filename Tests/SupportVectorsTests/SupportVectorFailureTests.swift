import Foundation
import SupportVectors
import Testing

extension SupportVectorsTests {
  typealias Linear = LinearSupportVectorRegression
  typealias Kernel = KernelSupportVectorRegression

  @Test(arguments: [
    (Linear.Settings(cost: 0), "C <= 0"), (.init(epsilon: -1), "p < 0"),
    (.init(tolerance: 0), "eps <= 0"),
  ])
  func liblinearsOwnCheckSpeaks(settings: Linear.Settings, message: String) {
    let (values, labels) = Self.plane()
    #expect(
      Self.failure {
        _ = try Linear(values, columns: 2, labels: labels, settings: settings)
      } == .native(.liblinear, call: "training", message: message))
  }

  @Test(arguments: [
    (Kernel.Settings(kernel: .linear, cost: 0), "C <= 0"),
    (.init(kernel: .linear, epsilon: -1), "p < 0"),
    (.init(kernel: .linear, tolerance: 0), "eps <= 0"),
    (.init(kernel: .linear, cacheMegabytes: 0), "cache_size <= 0"),
    (.init(kernel: .radial(gamma: -1)), "gamma < 0"),
  ])
  func libsvmsOwnCheckSpeaks(settings: Kernel.Settings, message: String) {
    #expect(
      Self.failure { _ = try Self.kernel(settings) }
        == .native(.libsvm, call: "training", message: message))
  }

  @Test func settingsThatTheChecksLetPassAreRefused() {
    let (values, labels) = Self.plane()
    let settings: [(Linear.Settings, String)] = [
      (.init(cost: .nan), "cost"), (.init(epsilon: .infinity), "epsilon"),
      (.init(tolerance: .nan), "tolerance"), (.init(bias: .nan), "bias"),
    ]
    for (given, name) in settings {
      #expect(
        Self.failure { _ = try Linear(values, columns: 2, labels: labels, settings: given) }
          == .invalidSetting(name, accepted: "a finite number"))
    }
    #expect(
      Self.failure {
        _ = try Linear(values, columns: 2, labels: labels, settings: .init(bias: -1))
      } == .invalidSetting("bias", accepted: "at least 0, or none"))
    #expect(
      Self.failure { _ = try Self.kernel(.init(kernel: .radial(gamma: .nan))) }
        == .invalidSetting("gamma", accepted: "a finite number"))
  }

  @Test func rowsThatTheLibrariesWouldReadPastAreRefused() {
    let cases: [(values: [Float], columns: Int, labels: [Float], error: SupportVectorError)] = [
      ([1, 2, 3], 2, [1], .wrongSize(of: "values", expected: 2, got: 3)),
      ([], 2, [], .wrongSize(of: "values", expected: 2, got: 0)),
      ([1], 0, [1], .wrongSize(of: "columns", expected: 1, got: 0)),
      ([1, 2], 1, [1], .wrongSize(of: "labels", expected: 2, got: 1)),
      ([1, 2, .nan, 4], 2, [1, 2], .notFinite("a value", row: 1)),
      ([1, .infinity], 1, [1, 2], .notFinite("a value", row: 1)),
      ([1, 2], 1, [.nan, 2], .notFinite("the label", row: 0)),
    ]
    for (values, columns, labels, error) in cases {
      #expect(Self.failure { _ = try Linear(values, columns: columns, labels: labels) } == error)
      #expect(
        Self.failure {
          _ = try Kernel(
            values, columns: columns, labels: labels, settings: .init(kernel: .linear))
        } == error)
    }
  }

  @Test func rowsToPredictAreCheckedToo() throws {
    let (values, labels) = Self.plane()
    let linear = try Linear(values, columns: 2, labels: labels)
    let kernel = try Self.kernel(.init(kernel: .linear))
    for rows in [[1, 2, 3], [1, .nan]] as [[Float]] {
      #expect(throws: SupportVectorError.self) { try linear.predict(rows) }
      #expect(throws: SupportVectorError.self) { try kernel.predict(rows) }
    }
  }

  // MARK: - Memory

  // Each in a process of its own: counts and resident memory are those of the whole process, in which
  // other tests run too.

  @Test func everyHandleIsGivenBackAlsoAfterFailures() async {
    await #expect(processExitsWith: .success) {
      let before = Kernel.liveHandles
      do {
        let model = try SupportVectorsTests.kernel(.init(kernel: .linear))
        #expect(Kernel.liveHandles == before + 1)
        _ = try model.predict([0, 1])
      }
      _ = SupportVectorsTests.failure {
        _ = try SupportVectorsTests.kernel(.init(kernel: .linear, cost: 0))
      }
      #expect(Kernel.liveHandles == before)
    }
  }

  @Test func memoryStaysFlatOverManyTrainings() async {
    await #expect(processExitsWith: .success) {
      let (values, labels) = SupportVectorsTests.plane()
      func cycle() throws {
        _ = try Linear(values, columns: 2, labels: labels).predict(values)
        _ = try SupportVectorsTests.kernel(.init(kernel: .radial(gamma: 1), epsilon: 0.01)).predict(
          values)
        _ = SupportVectorsTests.failure {
          _ = try SupportVectorsTests.kernel(.init(kernel: .linear, cost: 0))
        }
      }
      for _ in 0..<200 { try cycle() }
      let before = residentBytes()
      for _ in 0..<3000 { try cycle() }
      #expect(residentBytes() - before < 1 << 20)
    }
  }
}

/// Resident memory of this process, from `/proc`; 0 where there is none.
func residentBytes() -> Int {
  let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?
    .split(separator: " ")
  guard let fields, fields.count > 1 else { return 0 }
  return (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE))
}
