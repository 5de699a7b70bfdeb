/// An error whose reader is the user: bad data, a bad spec, a bad argument.
///
/// Its description says what was wrong, where, and what would be accepted, in one line. The command
/// line prints it and exits with 1; any other error is ours and exits with 4.
public protocol UserFacingError: Error, CustomStringConvertible {}
