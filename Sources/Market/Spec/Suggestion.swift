/// " (did you mean 'x'?)" where a known name is close to the one given, else nothing.
public func suggestion(for name: String, among known: [String]) -> String {
  let near = known.map { ($0, editDistance(name.lowercased(), $0.lowercased())) }
    .min { $0.1 < $1.1 }
  guard let (candidate, distance) = near, distance <= max(1, name.count / 3) else { return "" }
  return " (did you mean '\(candidate)'?)"
}

/// Levenshtein's distance: insertions, deletions and replacements that turn `a` into `b`.
func editDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a), Array(b))
  var row = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, y) in b.enumerated() {
      let replaced = diagonal + (x == y ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
    }
  }
  return row[b.count]
}
