import Foundation

/// What parent and worker say to each other: one JSON object a line.
enum WorkerMessage: Codable, Equatable {
  /// Worker: the data are loaded, send a cell.
  case ready
  /// Parent: carry out the cell of this key.
  case run(key: String)
  /// Worker: a stage of the cell begins.
  case stage(CellRecord.Stage)
  /// Worker: the cell is stored, failed or not.
  case done(key: String)
  /// Worker: nothing more can be done here, and why.
  case fatal(String)

  var line: Data {
    // An enum of strings always encodes.
    var data = (try? JSONEncoder().encode(self)) ?? Data()
    data.append(UInt8(ascii: "\n"))
    return data
  }

  init?(line: Data) {
    guard let message = try? JSONDecoder().decode(WorkerMessage.self, from: line) else {
      return nil
    }
    self = message
  }
}
