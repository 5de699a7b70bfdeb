import HDF5
import Market

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A panel as CSV in long format: `date,ticker,` and one column per field.
///
/// One line per date and asset with anything observed, sorted by date, then asset in the panel's
/// order. Dates are ISO 8601; numbers are the shortest text that reads back as the same `Float`;
/// a missing value is empty. Attributes are not written.
public enum PanelCSV {
  /// Writes a panel, replacing `path` as a whole or not at all.
  ///
  /// - Throws: `StorageError.cannotWrite`.
  public static func write(_ panel: Panel, to path: String) throws {
    try replacing(path) { temporary in
      guard let stream = fopen(temporary, "wx") else {
        throw FileError(path: path, operation: "write", code: errno)
      }
      var isOpen = true
      defer { if isOpen { fclose(stream) } }
      var buffer = Array(
        (["date", "ticker"] + panel.fields).map(quoted).joined(separator: ",").utf8)
      buffer.append(UInt8(ascii: "\n"))
      let names = panel.universe.assets.map { Array(quoted($0).utf8) }
      for date in 0..<panel.dates {
        append(date, of: panel, names: names, to: &buffer)
        guard fwrite(buffer, 1, buffer.count, stream) == buffer.count else {
          throw FileError(path: path, operation: "write", code: errno)
        }
        buffer.removeAll(keepingCapacity: true)
      }
      if panel.dates == 0, fwrite(buffer, 1, buffer.count, stream) != buffer.count {
        throw FileError(path: path, operation: "write", code: errno)
      }
      isOpen = false
      guard fclose(stream) == 0 else {
        throw FileError(path: path, operation: "write", code: errno)
      }
    }
  }

  private static func append(
    _ date: Int, of panel: Panel, names: [[UInt8]], to buffer: inout [UInt8]
  ) {
    let (comma, newline) = (UInt8(ascii: ","), UInt8(ascii: "\n"))
    let day = Array(panel.calendar[date].description.utf8)
    for asset in 0..<panel.assets where panel.mask[date * panel.assets + asset] {
      buffer += day
      buffer.append(comma)
      buffer += names[asset]
      for field in panel.fields.indices {
        buffer.append(comma)
        let value = panel[date, asset, field]
        if !value.isNaN { buffer += value.description.utf8 }
      }
      buffer.append(newline)
    }
  }

  /// RFC 4180: quoted where a comma, quote or line break is inside, quotes doubled.
  private static func quoted(_ text: String) -> String {
    let special: Set<UInt8> = [0x22, 0x2c, 0x0a, 0x0d]
    guard text.utf8.contains(where: special.contains) else { return text }
    var result = "\""
    for scalar in text.unicodeScalars {
      result.unicodeScalars.append(scalar)
      if scalar == "\"" { result.unicodeScalars.append(scalar) }
    }
    return result + "\""
  }
}
