import Foundation
import Synchronization

/// Whether the user has asked to stop, with Ctrl-C or by a polite kill.
public enum Interruption {
  private static let requested = Atomic<Bool>(false)

  public static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// From now on SIGINT and SIGTERM ask to stop; a second one ends the process at once.
  public static func listen() {
    unblock()
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        if Interruption.requested.exchange(true, ordering: .relaxed) { _exit(128 + number) }
      }
    }
  }

  /// Leaves SIGINT to the parent, which decides what becomes of its workers.
  public static func ignore() {
    signal(SIGINT, SIG_IGN)
    unblock()
  }

  /// Whoever started this process may have left signals blocked, as threads of libdispatch do.
  private static func unblock() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}
