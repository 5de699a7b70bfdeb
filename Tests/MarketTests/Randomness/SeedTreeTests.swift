import Market
import Testing

@Suite struct SeedTreeTests {
  /// FNV-1a and SplitMix64 written a second time, in Python; were these to move, so would results.
  @Test func goldens() {
    var stream = SeedTree(root: 42).stream("fit", "dnn", "fold 2")
    #expect(
      (0..<3).map { _ in stream.next() } == [
        1_200_004_998_198_295_766, 3_866_461_239_274_867_614, 7_177_695_234_708_250_888,
      ])
    let subtree = SeedTree(root: 42).subtree("fit")
    #expect(subtree.root == 17_098_633_801_921_679_256)
    var inner = subtree.stream("a")
    #expect(inner.next() == 2_429_793_699_567_294_464)
  }

  @Test func pathsDoNotRunTogether() {
    let tree = SeedTree(root: 1)
    let paths = [
      tree.subtree("ab", "c"), tree.subtree("a", "bc"), tree.subtree("abc"),
      tree.subtree("abc", ""), tree.subtree("", "abc"), tree.subtree(), tree.subtree(""),
      tree.subtree("ab").subtree("c"), SeedTree(root: 2).subtree("abc"),
    ]
    #expect(Set(paths.map(\.root)).count == paths.count)
  }

  /// Neighbouring roots and names give streams that have nothing to do with each other.
  @Test func streamsAreIndependent() {
    var firsts = Set<UInt64>()
    var (flipped, count) = (0, 0)
    for root in 0..<40 as Range<UInt64> {
      for name in 0..<25 {
        var a = SeedTree(root: root).stream("seed \(name)")
        var b = SeedTree(root: root).stream("seed \(name + 1)")
        let (x, y) = (a.next(), b.next())
        firsts.insert(x)
        flipped += (x ^ y).nonzeroBitCount
        count += 64
      }
    }
    #expect(firsts.count == 1000)
    // Half of the bits differ: five standard errors of 64,000 tosses.
    #expect(abs(flipped - count / 2) < 5 * 127)
  }

  @Test func neighboursAreUncorrelated() {
    let tree = SeedTree(root: 9)
    var (a, b) = (tree.stream("a"), tree.stream("b"))
    let products = (0..<10_000).reduce(0.0) { sum, _ in sum + a.normal() * b.normal() }
    #expect(abs(products / 10_000) < 5 / 10_000.0.squareRoot())
  }
}
