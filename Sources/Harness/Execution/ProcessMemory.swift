import Foundation

/// Memory of processes, as the kernel tells it.
enum ProcessMemory {
  /// Resident memory in MiB, or `nil` where it cannot be known.
  static func residentMegabytes(of process: Int32) -> Int? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8),
      let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return nil }
    return pages * Int(sysconf(Int32(_SC_PAGESIZE))) / (1 << 20)
  }

  /// Resident memory in MiB of a process and all that it has started, or `nil` where it cannot be known.
  ///
  /// A process belongs to it by its parent or by its process group, so that it still counts when its own parent has
  /// ended. Pages that several share count for each.
  static func residentMegabytes(ofAllUnder process: Int32) -> Int? {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    let all = folders.compactMap { Int32($0).flatMap { ProcessStatus($0) } }
    guard all.contains(where: { $0.id == process }) else { return nil }
    var counted: Set<Int32> = [process]
    var found = 0
    while found < counted.count {
      found = counted.count
      for other in all where counted.contains(other.parent) || counted.contains(other.group) {
        counted.insert(other.id)
      }
    }
    let pages = all.reduce(0) { $0 + (counted.contains($1.id) ? $1.pages : 0) }
    return pages * Int(sysconf(Int32(_SC_PAGESIZE))) / (1 << 20)
  }

  /// Lets the peak begin anew at what is resident now; where the kernel refuses, it goes on.
  static func forgetPeak() {
    guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return }
    try? file.write(contentsOf: Data("5".utf8))
    try? file.close()
  }

  /// Most resident memory this process has had, since its start or `forgetPeak`, in MiB.
  static var peakMegabytes: Int? {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kibibytes = line.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Int($0) })
    else { return nil }
    return kibibytes / 1024
  }
}

/// What `/proc/<id>/stat` says of a process.
private struct ProcessStatus {
  let id: Int32
  let parent: Int32
  let group: Int32
  /// Resident ones.
  let pages: Int

  /// `nil` for a process that has ended meanwhile.
  init?(_ id: Int32) {
    guard let data = FileManager.default.contents(atPath: "/proc/\(id)/stat"),
      // The second field is the program's name in brackets, which may hold anything.
      let name = data.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let fields = String(decoding: data[data.index(after: name)...], as: UTF8.self)
      .split(separator: " ")
    guard fields.count > 21, let parent = Int32(fields[1]), let group = Int32(fields[2]),
      let pages = Int(fields[21])
    else { return nil }
    (self.id, self.parent, self.group, self.pages) = (id, parent, group, pages)
  }
}
