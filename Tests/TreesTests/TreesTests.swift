import Foundation
import Testing
import Trees

@Suite struct TreesTests {
  static let parameters: BoosterParameters = [
    "objective": "reg:squarederror", "tree_method": "hist", "max_depth": 3, "learning_rate": 0.3,
  ]

  /// 60 rows of 3 columns, and labels that depend on two of them.
  static func rows() -> (values: [Float], labels: [Float]) {
    var values: [Float] = []
    var labels: [Float] = []
    for row in 0..<60 {
      let x = [Float(row * 7 % 13) - 6, Float(row * 5 % 11) - 5, Float(row * 3 % 7)]
      values += x
      labels.append(0.5 * x[0] - x[1] * x[1] * 0.1)
    }
    return (values, labels)
  }

  static func matrix() throws -> DMatrix {
    let (values, labels) = rows()
    return try DMatrix(values, columns: 3, labels: labels)
  }

  static func booster(rounds: Int = 20) throws -> Booster {
    try Booster.train(parameters, on: matrix(), rounds: rounds).booster
  }

  @Test func theLinkedLibraryNamesItself() {
    #expect(XGBoostLibrary.version.split(separator: ".").count == 3)
  }

  @Test func sameInputsGiveSameBitsWhateverTheThreads() throws {
    let matrix = try Self.matrix()
    var forest = BoosterParameters.randomForest(trees: 10, depth: 4, seed: 3)
    let one = try Booster.train(forest, on: matrix, rounds: 1).booster.predict(matrix)
    let two = try Booster.train(forest, on: matrix, rounds: 1, threads: 2).booster.predict(matrix)
    #expect(one == two)
    forest["seed"] = "4"
    #expect(try Booster.train(forest, on: matrix, rounds: 1).booster.predict(matrix) != one)
  }

  @Test func oneRowIsPredictedAsAmongOthers() throws {
    let booster = try Self.booster()
    let all = try booster.predict(Self.matrix())
    let one = try DMatrix(Array(Self.rows().values[15..<18]), columns: 3)
    #expect(try booster.predict(one) == [all[5]])
  }

  @Test func unusedColumnsHaveNoGain() throws {
    let (values, labels) = Self.rows()
    let constant = values.enumerated().map { $0.offset % 3 == 2 ? 1 : $0.element }
    let matrix = try DMatrix(constant, columns: 3, labels: labels)
    let gains = try Booster.train(Self.parameters, on: matrix, rounds: 5).booster.gains()
    #expect(gains[0] > 0 && gains[1] > 0 && gains[2] == 0)
  }

  // MARK: - Stopping

  @Test func watchingWithoutPatienceRecordsEveryRound() throws {
    let matrix = try Self.matrix()
    let training = try Booster.train(
      Self.parameters, on: matrix, rounds: 8, watching: .init(matrix, patience: nil))
    #expect(training.scores.count == 8)
    #expect(training.bestRound == 7)
    #expect(zip(training.scores, training.scores.dropFirst()).allSatisfy { $0 > $1 })
  }

  @Test func theBestRoundIsKeptAndLaterOnesDropped() throws {
    let (values, labels) = Self.rows()
    let opposite = try DMatrix(values, columns: 3, labels: labels.map { -$0 })
    let training = try Booster.train(
      Self.parameters, on: Self.matrix(), rounds: 50, watching: .init(opposite, patience: 2))
    #expect(training.bestRound == 0)
    #expect(training.scores.count == 4)
    #expect(try training.booster.rounds == 1)
  }

  @Test func ascendingScoresCanBeWatched() throws {
    let matrix = try Self.matrix()
    let training = try Booster.train(
      Self.parameters, on: matrix, rounds: 5,
      watching: .init(matrix, patience: nil, higherIsBetter: true))
    #expect(training.bestRound == 0)
  }

  // MARK: - Saving

  @Test func savedAndLoadedPredictsTheSameBits() throws {
    let matrix = try Self.matrix()
    let booster = try Self.booster()
    let bytes = try booster.bytes()
    let loaded = try Booster(bytes: bytes)
    #expect(try loaded.predict(matrix) == booster.predict(matrix))
    #expect(try loaded.contributions(matrix) == booster.contributions(matrix))
    #expect(try loaded.bytes() == bytes)
    #expect(try booster.json().contains("\"learner\""))
  }

  @Test func damagedBytesAreRefused() throws {
    let bytes = try Self.booster(rounds: 2).bytes()
    for length in [0, 4, 8, 23, 24, bytes.count / 2, bytes.count - 1] {
      #expect(throws: TreesError.self) { try Booster(bytes: Array(bytes.prefix(length))) }
    }
    for position in stride(from: 0, to: bytes.count, by: 97) {
      var damaged = bytes
      damaged[position] ^= 0x20
      #expect(throws: TreesError.self) { try Booster(bytes: damaged) }
    }
    #expect(throws: TreesError.self) { try Booster(bytes: bytes + [0]) }
  }
}
