import Market
import Testing

@Suite struct RanksTests {
  /// Values of `scipy.stats.rankdata`.
  @Test func scipys() {
    #expect(
      averageRanks([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5])
        == [4.5, 1.5, 6, 1.5, 8, 11, 3, 10, 8, 4.5, 8])
  }

  @Test func edges() {
    #expect(averageRanks([]) == [])
    #expect(averageRanks([7]) == [1])
    #expect(averageRanks([2, 2, 2]) == [2, 2, 2])
    #expect(averageRanks([.infinity, -.infinity, 0, -0.0]) == [4, 1, 2.5, 2.5])
  }

  /// Ranks sum to n(n + 1)/2 with any ties, and do not change under an increasing map.
  @Test func properties() {
    var random = SeedTree(root: 3).stream("ranks")
    for count in 1..<40 {
      let values = (0..<count).map { _ in (10 * random.uniform()).rounded() }
      let ranks = averageRanks(values)
      #expect(ranks.reduce(0, +) == Double(count * (count + 1)) / 2)
      #expect(averageRanks(values.map { $0 * $0 * $0 + 1 }) == ranks)
    }
  }
}
