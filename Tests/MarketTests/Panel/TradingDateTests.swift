import Market
import Testing

@Suite struct TradingDateTests {
  /// Days since 1970-01-01 and weekday (0 = Monday), from Python's `datetime.date`.
  @Test(
    arguments: [
      (1, 1, 1, -719_162, 0), (1900, 2, 28, -25_509, 2), (1900, 3, 1, -25_508, 3),
      (1969, 12, 31, -1, 2), (1970, 1, 1, 0, 3), (2000, 2, 29, 11_016, 1),
      (2013, 2, 8, 15_744, 4), (2018, 2, 7, 17_569, 2), (2100, 2, 28, 47_540, 6),
      (2100, 3, 1, 47_541, 0), (9999, 12, 31, 2_932_896, 4),
    ])
  func table(year: Int, month: Int, day: Int, days: Int32, weekday: Int) throws {
    let date = try #require(TradingDate(year: year, month: month, day: day))
    #expect(date.daysSinceEpoch == days)
    #expect(date.weekday == weekday)
    #expect(date.components == (year, month, day))
  }

  /// Every day of two centuries follows the one before, in count, weekday and calendar.
  @Test func roundTrip() throws {
    let first = try #require(TradingDate(year: 1900, month: 1, day: 1))
    let last = try #require(TradingDate(year: 2100, month: 12, day: 31))
    #expect(last.daysSinceEpoch - first.daysSinceEpoch == 73_413)
    var (previous, failures) = ((1899, 12, 31), 0)
    for count in first.daysSinceEpoch...last.daysSinceEpoch {
      let date = TradingDate(daysSinceEpoch: count)
      let (year, month, day) = date.components
      let follows =
        (year, month, day) == (previous.0, previous.1, previous.2 + 1)
        || (day == 1 && previous.2 >= 28
          && ((year, month) == (previous.0, previous.1 + 1)
            || (month == 1 && previous.1 == 12 && year == previous.0 + 1)))
      let returns = TradingDate(year: year, month: month, day: day) == date
      let turns = date.weekday == (Int(count - first.daysSinceEpoch)) % 7
      if !follows || !returns || !turns { failures += 1 }
      previous = (year, month, day)
    }
    #expect(failures == 0)
  }

  @Test(
    arguments: [
      (2023, 2, 29), (1900, 2, 29), (2024, 4, 31), (2024, 13, 1), (2024, 0, 1), (2024, 1, 0),
      (0, 1, 1), (10_000, 1, 1), (2024, 1, -5), (Int.min, Int.min, Int.min),
      (Int.max, Int.max, Int.max),
    ])
  func refusesDaysThatAreNone(year: Int, month: Int, day: Int) {
    #expect(TradingDate(year: year, month: month, day: day) == nil)
  }

  @Test func printsISO() throws {
    #expect(try #require(TradingDate(year: 2018, month: 2, day: 7)).description == "2018-02-07")
    #expect(try #require(TradingDate(year: 33, month: 11, day: 30)).description == "0033-11-30")
  }

  @Test func holdsAnyCount() {
    for count in [Int32.min, .max] {
      let (_, month, day) = TradingDate(daysSinceEpoch: count).components
      #expect((1...12).contains(month) && (1...31).contains(day))
      #expect((0...6).contains(TradingDate(daysSinceEpoch: count).weekday))
    }
  }
}
