import Market

/// Which dates a held-out block takes with it.
///
/// The label of date *t* is known from the prices of *t*…*t* + reach, both ends included, so the
/// labels of *i* and *j* share a price unless |*i* − *j*| > reach. A block [*a*, *b*) of held-out
/// dates therefore removes `reach` dates on each side (purge), and after these, on the later side
/// only, `embargo` further ones for what features remember: [*a* − reach, *b* + reach + embargo).
///
/// López de Prado (2018), *Advances in Financial Machine Learning*, sections 7.4.1 and 7.4.2, with
/// the closed ends and the stacking stated there made explicit.
struct Purge: Sendable {
  let reach: Int
  let embargo: Int

  /// Accepted embargoes: far beyond any use, and small enough that no sum can overflow.
  static let embargoes = 0...100_000

  init(reach: Int, embargo: Int) {
    precondition(reach >= 0 && embargo >= 0)
    (self.reach, self.embargo) = (reach, embargo)
  }

  /// - Throws: `SpecError.invalid` for an embargo outside 0 to 100,000.
  init(_ label: LabelSpec, embargo: Int) throws(SpecError) {
    guard Self.embargoes.contains(embargo) else {
      throw .invalid(
        key: "split.embargo", value: "\(embargo)",
        accepted: "0 to \(Self.embargoes.upperBound) dates")
    }
    self.init(reach: label.reach, embargo: embargo)
  }

  /// Every date that may not be trained on when `block` is held out; may exceed the panel.
  func span(of block: Range<Int>) -> Range<Int> {
    block.lowerBound - reach..<block.upperBound + reach + embargo
  }

  /// The dates left by all blocks, one block at a time: what lies between two blocks stays.
  ///
  /// - Complexity: O(dates + blocks · longest span).
  func dates(of count: Int, outside blocks: [Range<Int>]) -> [Int] {
    var kept = [Bool](repeating: true, count: count)
    for block in blocks {
      for date in span(of: block).clamped(to: 0..<count) { kept[date] = false }
    }
    return kept.indices.filter { kept[$0] }
  }
}
