import Market
import Testing

/// What every fold owes, checked pair by pair.
func expectNoLeak(
  _ fold: Fold, reach: Int, embargo: Int, dates: Int,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let parts = [fold.train, fold.validation, fold.test]
  for part in parts {
    #expect(
      zip(part, part.dropFirst()).allSatisfy { $0 < $1 }, "in order", sourceLocation: sourceLocation
    )
    #expect(
      part.allSatisfy { (0..<dates).contains($0) }, "in the panel", sourceLocation: sourceLocation)
  }
  let pairs: [(String, [Int], [Int])] = [
    ("train × test", fold.train, fold.test),
    ("train × validation", fold.train, fold.validation),
    ("validation × test", fold.validation, fold.test),
  ]
  for (name, kept, held) in pairs {
    // Closed label intervals [i, i + reach] and [j, j + reach] share no date.
    let touching = kept.filter { i in held.contains { j in i <= j + reach && j <= i + reach } }
    #expect(touching == [], "\(name): labels touch", sourceLocation: sourceLocation)
    let remembered = kept.filter { i in
      held.contains { j in j < i && i <= j + reach + embargo }
    }
    #expect(remembered == [], "\(name): inside the embargo", sourceLocation: sourceLocation)
  }
}

func label(reach: Int) throws -> LabelSpec { try LabelSpec(entryLag: reach - 1, horizon: 1) }
