import Foundation
import HDF5
import Market

/// Rows as a command is given them.
///
/// Everything comes through `Samples`, which knows nothing of labels: test rows have none to write.
struct RowsFile {
  let samples: Samples
  /// One a row; `nil` for test rows.
  let labels: [Float]?
  let role: String
  /// Dates that a row shows; above 1 features are rows × window × columns.
  let window: Int

  init(test samples: Samples, window: Int) {
    (self.samples, labels, role, self.window) = (samples, nil, "test", window)
  }

  init(_ labelled: LabelledSamples, role: String, window: Int) {
    (samples, labels, self.role, self.window) = (labelled.samples, labelled.labels, role, window)
  }

  /// Writes all rows to a new file.
  ///
  /// - Throws: `ExternalError.cannotPrepare`.
  func write(_ format: External.Hyperparameters.Format, to path: String) throws {
    do {
      switch format {
      case .hdf5: try writeHDF5(to: path)
      case .csv: try writeCSV(to: path)
      }
    } catch {
      throw ExternalError.cannotPrepare("\(error)")
    }
  }

  private static let valuesPerPiece = 1 << 18

  /// Rows in pieces of about 1 MiB of features, so that memory does not grow with their number.
  private var pieces: [Range<Int>] {
    let step = max(1, Self.valuesPerPiece / max(1, samples.columns.count * window))
    return stride(from: 0, to: samples.count, by: step).map {
      $0..<min($0 + step, samples.count)
    }
  }

  // MARK: - HDF5

  private func writeHDF5(to path: String) throws {
    let (count, width) = (samples.count, samples.columns.count)
    let file = try HDF5File(creating: path)
    try file.setAttribute("schema", to: Int64(1))
    try file.setAttribute("kind", to: "rows")
    try file.setAttribute("role", to: role)
    try file.write(samples.columns, as: "/columns")
    try file.write(samples.universe.assets, as: "/assets")
    try write(samples.keys.map(\.date), as: "/date", to: file)
    try write(samples.keys.map(\.asset), as: "/asset", to: file)
    if let labels { try write(labels, as: "/label", to: file) }
    let inner = window > 1 ? [window, width] : [width]
    let perChunk = max(1, min(count, Self.valuesPerPiece / max(1, width * window)))
    try file.createDataset(
      "/features", of: Float.self, shape: [count] + inner, chunk: [perChunk] + inner)
    var values: [Float] = []
    for piece in pieces {
      values.removeAll(keepingCapacity: true)
      if window > 1 {
        samples.gatherWindows(piece, steps: window, into: &values)
      } else {
        samples.gather(piece, into: &values)
      }
      try file.write(
        values, to: "/features", start: [piece.lowerBound] + inner.map { _ in 0 },
        count: [piece.count] + inner)
    }
    try file.close()
  }

  private func write<Number: HDF5Number>(
    _ column: [Number], as name: String, to file: HDF5File
  ) throws {
    let chunk = max(1, min(column.count, Self.valuesPerPiece))
    try file.write(column, as: name, shape: [column.count], chunk: [chunk])
  }

  // MARK: - CSV

  private func writeCSV(to path: String) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let file = FileHandle(forWritingAtPath: path)
    else { throw FileError(path: path, operation: "write", code: errno) }
    defer { try? file.close() }
    let header = ["date", "asset"] + samples.columns + (labels == nil ? [] : ["label"])
    try file.write(contentsOf: Data((header.map(Self.quoted).joined(separator: ",") + "\n").utf8))
    let names = samples.universe.assets.map { Array(Self.quoted($0).utf8) }
    let width = samples.columns.count
    var (text, values): ([UInt8], [Float]) = ([], [])
    for piece in pieces {
      text.removeAll(keepingCapacity: true)
      values.removeAll(keepingCapacity: true)
      samples.gather(piece, into: &values)
      for (index, row) in piece.enumerated() {
        text += samples.keys[row].date.description.utf8
        text.append(UInt8(ascii: ","))
        text += names[Int(samples.keys[row].asset)]
        for value in values[index * width..<(index + 1) * width] {
          text.append(UInt8(ascii: ","))
          text += value.description.utf8
        }
        if let labels {
          text.append(UInt8(ascii: ","))
          text += labels[row].description.utf8
        }
        text.append(UInt8(ascii: "\n"))
      }
      try file.write(contentsOf: Data(text))
    }
  }

  /// RFC 4180: quoted where a comma, quote or line break is inside, quotes doubled.
  private static func quoted(_ text: String) -> String {
    let special: Set<UInt8> = [0x22, 0x2c, 0x0a, 0x0d]
    guard text.utf8.contains(where: special.contains) else { return text }
    return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }
}
