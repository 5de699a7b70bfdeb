extension FileSummary: CustomStringConvertible {
  /// Plain text, one fact a line, names padded to one column.
  public var description: String {
    var lines: [(String, String)] = [
      ("file", "\(file) (\(Self.size(bytes)))"), ("kind", "\(kind.rawValue), schema \(schema)"),
    ]
    let origin = [
      ("title", metadata.title), ("source", metadata.source), ("generator", metadata.generator),
      ("spec", metadata.spec), ("scenario", metadata.scenario),
      ("seed", metadata.seed.map { "\($0)" } ?? ""),
      ("parent", metadata.parentSHA256), ("created by", metadata.createdBy),
      ("content", "sha256 \(metadata.contentSHA256)"),
    ]
    lines += origin.filter { !$0.1.isEmpty }
    if let paths { lines.append(("paths", "\(paths)")) }
    if let rows { lines.append(("rows", "\(rows)")) }
    if let windows {
      lines.append(
        (
          "windows",
          "\(windows.steps) steps × \(windows.columns) columns, "
            + "in \(windows.crossSections) cross-sections"
        ))
    }
    lines.append(("dates", Self.dates(dates, firstDate, lastDate)))
    lines.append(("assets", Self.names(assets)))
    for (index, field) in fields.enumerated() {
      let missing = field.missing == 0 ? "complete" : "\(Self.percent(field.missing)) missing"
      lines.append((index == 0 ? "fields" : "", "\(field.name): \(missing)"))
    }
    for (index, attribute) in attributes.enumerated() {
      let unknown = attribute.unknown == 0 ? "" : ", unknown for \(attribute.unknown) assets"
      let text = "\(attribute.name): \(attribute.distinct) values\(unknown)"
      lines.append((index == 0 ? "attributes" : "", text))
    }
    for (index, key) in cell.keys.sorted(by: precedesInBytes).enumerated() {
      lines.append((index == 0 ? "cell" : "", "\(key): \(cell[key] ?? "")"))
    }
    return lines.map { name, value in
      name + String(repeating: " ", count: max(0, 12 - name.count)) + Self.oneLine(value)
    }.joined(separator: "\n")
  }

  private static func dates(_ count: Int, _ first: String?, _ last: String?) -> String {
    guard let first, let last else { return "none" }
    return "\(count), \(first) to \(last)"
  }

  private static func names(_ all: [String]) -> String {
    let shown = all.prefix(8).joined(separator: ", ")
    return all.isEmpty ? "none" : "\(all.count): \(shown)\(all.count > 8 ? ", …" : "")"
  }

  /// Two decimals, never rounded to 0 or 100 where it is neither.
  private static func percent(_ share: Double) -> String {
    if share < 0.0001 { return "< 0.01 %" }
    if share > 0.9999, share < 1 { return "> 99.99 %" }
    let hundredths = Int((share * 10_000).rounded())
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) %"
  }

  private static func size(_ bytes: Int) -> String {
    let units = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
    guard let (unit, size) = units.first(where: { bytes >= $0.1 }) else { return "\(bytes) bytes" }
    let tenths = (Double(bytes) / Double(size) * 10).rounded() / 10
    return "\(tenths) \(unit)"
  }

  /// Text from a file must not move the terminal's cursor.
  private static func oneLine(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
}
