/// States of the market on training dates, one of which a path begins in.
struct StartingStates: Sendable, Equatable {
  var memories: [VolatilityFilter.Memory]
  /// Places in `InnovationLevel.regimes`.
  var regimes: [Int]

  /// Remembered, at most.
  static let most = 256
  /// Days after which a stretch has forgotten that nothing was known before it.
  static let settling = 60

  init(memories: [VolatilityFilter.Memory], regimes: [Int]) {
    (self.memories, self.regimes) = (memories, regimes)
  }

  init(_ stretches: [StandardDays]) {
    func states(after first: Int) -> [MarketScale.MarketState] {
      stretches.flatMap { $0.states.dropFirst(first) }
    }
    let settled = states(after: Self.settling)
    let all = settled.isEmpty ? states(after: 1) : settled
    let count = min(Self.most, all.count)
    let chosen = (0..<count).map { all[$0 * all.count / count] }
    memories = chosen.map(\.memory)
    regimes = chosen.map { InnovationLevel.place($0.regime) }
  }
}
