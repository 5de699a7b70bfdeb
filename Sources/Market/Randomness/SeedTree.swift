/// One root seed for the run; one named stream for each consumer of randomness.
///
/// Adding a consumer leaves every other stream exactly as it was.
public struct SeedTree: Sendable {
  public let root: UInt64

  public init(root: UInt64) { self.root = root }

  /// The stream at a path, such as `("fit", "dnn", "fold 2", "seed 0")`.
  public func stream(_ path: String...) -> SeedStream { SeedStream(seed: hash(path)) }

  /// A tree of its own for a consumer that has several streams.
  public func subtree(_ path: String...) -> SeedTree { SeedTree(root: hash(path)) }

  /// FNV-1a with a final avalanche, not `hashValue`: the latter differs between processes.
  ///
  /// Each component is closed by a byte that UTF-8 cannot contain, so ("ab", "c") ≠ ("a", "bc").
  private func hash(_ path: [String]) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      mix(UInt8(truncatingIfNeeded: root >> shift))
    }
    for component in path {
      component.utf8.forEach(mix)
      mix(0xff)
    }
    return SeedStream.avalanche(hash)
  }
}
