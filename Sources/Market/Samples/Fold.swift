/// One division of the dates: what is trained on, watched and tested.
///
/// Dates are positions in the panel's calendar, increasing. Training and validation are purged from
/// each other and both from the test blocks.
public struct Fold: Sendable, Equatable, Codable {
  public let index: Int
  public let train: [Int]
  public let validation: [Int]
  public let test: [Int]

  public init(index: Int, train: [Int], validation: [Int], test: [Int]) {
    self.index = index
    self.train = train
    self.validation = validation
    self.test = test
  }
}
