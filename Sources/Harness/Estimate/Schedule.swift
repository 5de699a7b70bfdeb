/// How long jobs take side by side: each is begun in its order by the first worker that is free, once what it
/// waits for is there, as `JobQueue` hands them out.
struct Schedule {
  struct Item {
    let seconds: Double
    /// The market it makes.
    var makes: String?
    var needs: Set<String> = []
  }

  static func seconds(_ items: [Item], workers: Int) -> Double {
    var waiting = items
    var free = [Double](repeating: 0, count: max(1, workers))
    var unmade = Set(items.compactMap(\.makes))
    var running: [(end: Double, makes: String)] = []
    var end = 0.0
    while !waiting.isEmpty {
      guard let worker = free.indices.min(by: { free[$0] < free[$1] }) else { break }
      let now = free[worker]
      for made in running where made.end <= now { unmade.remove(made.makes) }
      running.removeAll { $0.end <= now }
      guard let place = waiting.firstIndex(where: { $0.needs.isDisjoint(with: unmade) }) else {
        // Nothing can begin before the next market is there.
        guard let next = running.map(\.end).min() else { break }
        free[worker] = next
        continue
      }
      let item = waiting.remove(at: place)
      free[worker] = now + item.seconds
      if let makes = item.makes { running.append((free[worker], makes)) }
      end = max(end, free[worker])
    }
    return end
  }
}
