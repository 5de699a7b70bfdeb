/// Numbers names in order of appearance, looking them up by their bytes.
///
/// Open addressing with linear probing over a power of two, at most half full.
struct NameTable {
  private(set) var names: [String] = []
  private var bytes: [UInt8] = []
  /// Where each name ends in `bytes`; the first entry is 0.
  private var ends: [Int] = [0]
  /// Number of the name plus one, or 0.
  private var slots = [Int32](repeating: 0, count: 1024)

  /// The number of a name, which is added where it is new; `nil` where it is not UTF-8.
  @inline(__always)
  mutating func number(of name: UnsafeBufferPointer<UInt8>) -> Int? {
    var slot = Self.hash(name) & (slots.count - 1)
    while true {
      let number = Int(slots[slot]) - 1
      if number < 0 { return add(name, at: slot) }
      if matches(name, number) { return number }
      slot = (slot + 1) & (slots.count - 1)
    }
  }

  private func matches(_ name: UnsafeBufferPointer<UInt8>, _ number: Int) -> Bool {
    let start = ends[number]
    guard ends[number + 1] - start == name.count else { return false }
    return bytes.withUnsafeBufferPointer { stored in
      for index in 0..<name.count where stored[start + index] != name[index] { return false }
      return true
    }
  }

  private mutating func add(_ name: UnsafeBufferPointer<UInt8>, at slot: Int) -> Int? {
    guard let text = String(validating: name, as: UTF8.self), names.count < Int(Int32.max) - 1
    else {
      return nil
    }
    names.append(text)
    bytes.append(contentsOf: name)
    ends.append(bytes.count)
    slots[slot] = Int32(names.count)
    if 2 * names.count > slots.count { grow() }
    return names.count - 1
  }

  private mutating func grow() {
    var larger = [Int32](repeating: 0, count: 2 * slots.count)
    bytes.withUnsafeBufferPointer { stored in
      for number in names.indices {
        let name = UnsafeBufferPointer(rebasing: stored[ends[number]..<ends[number + 1]])
        var slot = Self.hash(name) & (larger.count - 1)
        while larger[slot] != 0 { slot = (slot + 1) & (larger.count - 1) }
        larger[slot] = Int32(number + 1)
      }
    }
    slots = larger
  }

  /// FNV-1a, with its high bits folded into the low ones that pick the slot.
  private static func hash(_ name: UnsafeBufferPointer<UInt8>) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return Int(truncatingIfNeeded: (hash ^ (hash >> 32)) & 0x7fff_ffff)
  }
}
