import Foundation

/// Processor time, as the kernel tells it.
enum ProcessTime {
  /// Seconds that this process and the children it has waited for have spent on processors so far, to a
  /// hundredth.
  static var seconds: Double {
    var spent = tms()
    guard times(&spent) != -1 else { return 0 }
    let ticks = spent.tms_utime + spent.tms_stime + spent.tms_cutime + spent.tms_cstime
    return Double(ticks) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }
}
