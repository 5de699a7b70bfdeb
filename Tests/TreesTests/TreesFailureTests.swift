import Foundation
import Testing
import Trees

extension TreesTests {
  static func failure(of body: () throws -> Void) -> TreesError? {
    do {
      try body()
      return nil
    } catch { return error as? TreesError }
  }

  @Test func sizesThatDisagreeAreRefused() {
    #expect(
      Self.failure { _ = try DMatrix([1, 2, 3], columns: 2) }
        == .wrongSize(of: "values", expected: 2, got: 3))
    #expect(
      Self.failure { _ = try DMatrix([], columns: 2) }
        == .wrongSize(of: "values", expected: 2, got: 0))
    #expect(
      Self.failure { _ = try DMatrix([1], columns: 0) }
        == .outOfRange(name: "columns", value: 0, accepted: "at least 1"))
    #expect(
      Self.failure { _ = try DMatrix([1, 2], columns: 1, labels: [1]) }
        == .wrongSize(of: "labels", expected: 2, got: 1))
    #expect(
      Self.failure { _ = try DMatrix([1, 2], columns: 1, labels: [1, 2], weights: [1, 2, 3]) }
        == .wrongSize(of: "weights", expected: 2, got: 3))
  }

  @Test func rowsOfAnotherWidthAreRefused() throws {
    let booster = try Self.booster(rounds: 2)
    for width in [2, 4] {
      let other = try DMatrix([Float](repeating: 1, count: width), columns: width)
      let expected = TreesError.wrongSize(of: "columns", expected: 3, got: width)
      #expect(Self.failure { _ = try booster.predict(other) } == expected)
      #expect(Self.failure { _ = try booster.contributions(other) } == expected)
    }
    let wide = try DMatrix([1, 2, 3, 4], columns: 4, labels: [1])
    let matrix = try Self.matrix()
    #expect(
      Self.failure {
        _ = try Booster.train(
          Self.parameters, on: matrix, rounds: 1, watching: .init(wide, patience: nil))
      } == .wrongSize(of: "watched columns", expected: 3, got: 4))
  }

  @Test(arguments: [Float.nan, .infinity])
  func labelsThatAreNoNumbersAreRefused(label: Float) {
    guard
      case .native("setting labels", let message)? = Self.failure(of: {
        _ = try DMatrix([1, 2], columns: 1, labels: [1, label])
      })
    else {
      Issue.record("no native error")
      return
    }
    #expect(message.contains("NaN"))
    #expect(!message.contains("\n"))
  }

  @Test func infiniteValuesAreRefused() {
    guard
      case .native(_, let message)? = Self.failure(of: {
        _ = try DMatrix([1, .infinity], columns: 1)
      })
    else {
      Issue.record("no native error")
      return
    }
    #expect(message.contains("inf"))
  }

  @Test func misspeltParametersAreNamed() throws {
    let matrix = try Self.matrix()
    let parameters = Self.parameters.merging(["max_dept": 3, "lamda": 1])
    #expect(
      Self.failure { _ = try Booster.train(parameters, on: matrix, rounds: 1) }
        == .unusedParameters(["lamda", "max_dept"]))
    // The warning is of its own training: the next one is not blamed for it.
    #expect(Self.failure { _ = try Booster.train(Self.parameters, on: matrix, rounds: 1) } == nil)
  }

  @Test(
    arguments: [
      ["max_depth": "deep"], ["objective": "no_such"], ["booster": "no_such"],
      ["learning_rate": "-1"], ["subsample": "2"],
    ] as [BoosterParameters])
  func valuesTheLibraryRefusesGiveItsMessage(parameters: BoosterParameters) throws {
    let matrix = try Self.matrix()
    let merged = Self.parameters.merging(parameters)
    guard
      case .native(_, let message)? = Self.failure(of: {
        _ = try Booster.train(merged, on: matrix, rounds: 1)
      })
    else {
      Issue.record("no native error")
      return
    }
    #expect(message.count > 10 && !message.contains("\n"))
  }

  @Test func countsOutOfRangeAreRefused() throws {
    let matrix = try Self.matrix()
    for rounds in [0, -1, Int.max] {
      #expect(
        Self.failure { _ = try Booster.train(Self.parameters, on: matrix, rounds: rounds) }
          == .outOfRange(name: "rounds", value: rounds, accepted: "1 to 2147483647"))
    }
    #expect(
      Self.failure { _ = try Booster.train(Self.parameters, on: matrix, rounds: 1, threads: 0) }
        == .outOfRange(name: "threads", value: 0, accepted: "1 to 2147483647"))
    let booster = try Self.booster(rounds: 2)
    #expect(throws: TreesError.self) { try booster.first(rounds: 3) }
  }

  @Test func trainingWithoutLabelsIsRefused() throws {
    let bare = try DMatrix(Self.rows().values, columns: 3)
    #expect(throws: TreesError.self) {
      try Booster.train(Self.parameters, on: bare, rounds: 1)
    }
  }

  @Test func severalOutputsARowAreRefused() throws {
    let (values, labels) = Self.rows()
    let matrix = try DMatrix(values, columns: 3, labels: labels.map { $0 > 0 ? 1 : 0 })
    let booster = try Booster.train(
      ["objective": "multi:softprob", "num_class": 3], on: matrix, rounds: 1
    ).booster
    #expect(
      Self.failure { _ = try booster.predict(matrix) }
        == .wrongSize(of: "predictions", expected: 60, got: 180))
  }

  @Test func scoresThatAreNeverFiniteDiverge() throws {
    let (values, labels) = Self.rows()
    let matrix = try DMatrix(values, columns: 3, labels: labels.map { $0 * 1e37 })
    #expect(throws: TreesError.self) {
      try Booster.train(
        Self.parameters, on: matrix, rounds: 3, watching: .init(matrix, patience: nil))
    }
  }

  // MARK: - Memory

  // Each in a process of its own: counts and resident memory are those of the whole process, in which
  // other tests run too.

  @Test func everyHandleIsGivenBackAlsoAfterFailures() async {
    await #expect(processExitsWith: .success) {
      let before = XGBoostLibrary.liveHandles
      do {
        let matrix = try TreesTests.matrix()
        let booster = try TreesTests.booster(rounds: 3)
        #expect(XGBoostLibrary.liveHandles == before + 2)
        _ = try booster.predict(matrix)
        _ = try Booster(bytes: booster.bytes())
        _ = try booster.first(rounds: 1)
      }
      _ = TreesTests.failure { _ = try DMatrix([1, .infinity], columns: 1) }
      _ = TreesTests.failure { _ = try DMatrix([1], columns: 1, labels: [.nan]) }
      _ = TreesTests.failure {
        _ = try Booster.train(["max_depth": "deep"], on: TreesTests.matrix(), rounds: 1)
      }
      _ = TreesTests.failure { _ = try TreesTests.booster(rounds: 2).first(rounds: 5) }
      #expect(XGBoostLibrary.liveHandles == before)
    }
  }

  @Test func memoryStaysFlatOverManyTrainings() async {
    await #expect(processExitsWith: .success) {
      func cycle() throws {
        let matrix = try TreesTests.matrix()
        let booster = try Booster.train(
          TreesTests.parameters, on: matrix, rounds: 3, watching: .init(matrix, patience: 2)
        ).booster
        _ = try Booster(bytes: booster.bytes()).contributions(matrix)
        _ = TreesTests.failure { _ = try DMatrix([.infinity], columns: 1) }
      }
      for _ in 0..<50 { try cycle() }
      let before = residentBytes()
      for _ in 0..<300 { try cycle() }
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
