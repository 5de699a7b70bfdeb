import Foundation

/// What parent and worker say to each other: one JSON object a line.
enum WorkerMessage: Codable, Equatable {
  /// Worker: the data are loaded, send a job.
  case ready
  /// Parent: make the synthetic market of this key.
  case generate(key: String)
  /// Parent: carry out the cells of these keys, which share one model.
  case train(keys: [String])
  /// Worker: a stage of the job begins.
  case stage(CellRecord.Stage)
  /// Worker: the cell or market of this key is stored, failed or not.
  case done(key: String)
  /// Worker: nothing more can be done here, and why; whether that is for the user to put right.
  case fatal(String, isUsers: Bool)

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
