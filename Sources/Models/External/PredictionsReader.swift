import Foundation
import HDF5
import Market

/// Reads what a command wrote to `QBENCH_OUTPUT`: HDF5 or text, told apart by the first bytes.
struct PredictionsReader {
  let path: String
  /// The rows that were to be predicted, in their order.
  let rows: Samples

  /// One finite value a row.
  ///
  /// - Throws: `ExternalError` naming what is wrong, and with which row or line.
  func read() throws -> [Float] {
    guard let bytes = FileHandle(forReadingAtPath: path) else {
      throw ExternalError.unreadable(String(cString: strerror(errno)))
    }
    defer { try? bytes.close() }
    let start = (try? bytes.read(upToCount: 8)) ?? Data()
    let isHDF5 = start.elementsEqual([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a])
    let values = isHDF5 ? try readHDF5() : try readText(bytes)
    guard values.count == rows.count else {
      throw ExternalError.count(expected: rows.count, got: values.count)
    }
    let result = values.map(Float.init)
    if let row = result.firstIndex(where: { !$0.isFinite }) {
      let key = rows.keys[row]
      throw ExternalError.notFinite(
        row: row, date: Int(key.date), asset: rows.universe.assets[Int(key.asset)],
        value: values[row])
    }
    return result
  }

  /// The dataset `/predictions`, float32 or float64, of rows or rows × 1.
  private func readHDF5() throws -> [Double] {
    let name = "/predictions"
    do {
      let file = try HDF5File(reading: path)
      let info = try file.info(of: name)
      guard !info.shape.isEmpty, info.shape.filter({ $0 != 1 }).count <= 1 else {
        throw ExternalError.unreadable(
          "\(name) has shape \(info.shape.map(String.init).joined(separator: " × ")); "
            + "accepted: \(rows.count)")
      }
      // Before anything is read: a wrong count must not cost memory.
      guard info.count == rows.count else {
        throw ExternalError.count(expected: rows.count, got: info.count)
      }
      switch info.type {
      case .float32: return try file.read(name, as: Float.self).map(Double.init)
      case .float64: return try file.read(name, as: Double.self)
      default:
        throw ExternalError.unreadable(
          "the elements of \(name) are \(info.type.rawValue); accepted: float32 or float64")
      }
    } catch let error as HDF5Error {
      throw ExternalError.unreadable((error.object.map { "\($0): " } ?? "") + error.reason)
    }
  }

  /// One number a line; blank lines at the end do not count.
  private func readText(_ file: FileHandle) throws -> [Double] {
    let limit = 1024 * (rows.count + 1)
    let size = (try? file.seekToEnd()) ?? 0
    guard size <= UInt64(limit) else {
      throw ExternalError.unreadable("\(size) bytes of text are too much for \(rows.count) numbers")
    }
    try? file.seek(toOffset: 0)
    let data = (try? file.read(upToCount: limit)) ?? Data()
    var lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { line in
        String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
      }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return try lines.enumerated().map { index, line in
      guard let value = Double(line) else {
        let shown = ExternalFolder.printable(line.prefix(40))
        throw ExternalError.notANumber(line: index + 1, text: shown)
      }
      return value
    }
  }
}
