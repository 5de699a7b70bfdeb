/// Where labels go that would lie on one another.
enum LabelPlacement {
  /// The values moved as little as needed to lie `apart`, their order kept.
  ///
  /// Labels that touch form a stack, which stands around the mean of what its labels would have, or as near to it as
  /// the bounds allow. Where they are too many for the bounds, the highest go beyond.
  static func spread(
    _ values: [Double], apart: Double, within bounds: (low: Double, high: Double)? = nil
  ) -> [Double] {
    func bounded(_ centre: Double, _ count: Int) -> Double {
      guard let bounds else { return centre }
      let half = Double(count - 1) / 2 * apart
      return max(bounds.low + half, min(centre, bounds.high - half))
    }
    let order = values.indices.filter { values[$0].isFinite }.sorted { values[$0] < values[$1] }
    var stacks: [(members: [Int], centre: Double)] = []
    for index in order {
      stacks.append(([index], bounded(values[index], 1)))
      while stacks.count > 1 {
        let (upper, lower) = (stacks[stacks.count - 1], stacks[stacks.count - 2])
        let room = apart * Double(upper.members.count + lower.members.count) / 2
        guard upper.centre - lower.centre < room else { break }
        let members = lower.members + upper.members
        let centre = members.reduce(0) { $0 + values[$1] } / Double(members.count)
        stacks.removeLast(2)
        stacks.append((members, bounded(centre, members.count)))
      }
    }
    var places = values
    for stack in stacks {
      for (place, index) in stack.members.enumerated() {
        let middle = Double(stack.members.count - 1) / 2
        places[index] = stack.centre + (Double(place) - middle) * apart
      }
    }
    return places
  }
}
