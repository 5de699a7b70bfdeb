/// Increasing positions of dates, written as ranges: `"0-331, 340-997"`.
public struct PositionRanges: Sendable, Equatable {
  public let ranges: [ClosedRange<Int>]

  init(_ positions: [Int]) {
    var ranges: [ClosedRange<Int>] = []
    for position in positions {
      if let last = ranges.last, last.upperBound + 1 == position {
        ranges[ranges.count - 1] = last.lowerBound...position
      } else {
        ranges.append(position...position)
      }
    }
    self.ranges = ranges
  }

  public var positions: [Int] { ranges.flatMap { Array($0) } }
}

extension PositionRanges: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    var ranges: [ClosedRange<Int>] = []
    for part in text.split(separator: ",") {
      guard let range = closedRange(part), range.lowerBound > ranges.last?.upperBound ?? -1 else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "'\(part)' is no increasing range of dates")
      }
      ranges.append(range)
    }
    self.ranges = ranges
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(
      ranges.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ", "))
  }
}

/// Which dates of a path come from which fold: `"0:0-331, 1:332-664"`.
public struct FoldSegments: Sendable, Equatable {
  public let segments: [Segment]

  public struct Segment: Sendable, Equatable {
    public let fold: Int
    public let dates: ClosedRange<Int>
  }

  init(_ parts: [(fold: Int, dates: Range<Int>)]) {
    segments = parts.filter { !$0.dates.isEmpty }
      .map { Segment(fold: $0.fold, dates: $0.dates.lowerBound...$0.dates.upperBound - 1) }
  }

  /// The fold of each date; −1 for one that no segment holds.
  func folds(of calendar: [Int]) -> [Int] {
    calendar.map { date in segments.first { $0.dates.contains(date) }?.fold ?? -1 }
  }
}

extension FoldSegments: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    segments = try container.decode(String.self).split(separator: ",").map { part in
      let halves = part.split(separator: ":")
      guard halves.count == 2, let fold = Int(halves[0].drop { $0 == " " }),
        let dates = closedRange(halves[1])
      else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "'\(part)' is no fold and range of dates")
      }
      return Segment(fold: fold, dates: dates)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(
      segments.map { "\($0.fold):\($0.dates.lowerBound)-\($0.dates.upperBound)" }
        .joined(separator: ", "))
  }
}

/// `" 12-40"` as a range; `nil` where it is none, or longer than any calendar.
private func closedRange(_ text: Substring) -> ClosedRange<Int>? {
  let ends = text.split(separator: "-").map { Int($0.filter { $0 != " " }) }
  guard ends.count == 2, let first = ends[0], let last = ends[1], 0 <= first, first <= last,
    last < 10_000_000
  else { return nil }
  return first...last
}
