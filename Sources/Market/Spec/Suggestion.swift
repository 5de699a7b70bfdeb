/// " (did you mean 'x'?)" where a known name is close to the one given, else nothing.
public func suggestion(for name: String, among known: [String]) -> String {
  let near = known.map { ($0, editDistance(name.lowercased(), $0.lowercased())) }
    .min { $0.1 < $1.1 }
  guard let (candidate, distance) = near, distance <= max(1, name.count / 3) else { return "" }
  return " (did you mean '\(candidate)'?)"
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
///
/// The restricted Damerau-Levenshtein distance (optimal string alignment).
func editDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a), Array(b))
  var table = Array(repeating: Array(0...b.count), count: a.count + 1)
  for i in 0...a.count { table[i][0] = i }
  for i in a.indices {
    for j in b.indices {
      let replaced = table[i][j] + (a[i] == b[j] ? 0 : 1)
      var best = min(replaced, table[i][j + 1] + 1, table[i + 1][j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        best = min(best, table[i - 1][j - 1] + 1)
      }
      table[i + 1][j + 1] = best
    }
  }
  return table[a.count][b.count]
}
