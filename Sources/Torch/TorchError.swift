/// What can go wrong below this overlay, with enough in hand to act on it.
public enum TorchError: Error, Equatable, CustomStringConvertible {
  /// The native call failed; the message is libtorch's own.
  case native(call: String, message: String)
  /// Elements given or asked for do not fit the shape.
  case shapeMismatch(expected: [Int], got: [Int])
  case dtypeMismatch(expected: DType, got: DType)
  /// The device asked for is not there; `devices` is the number of CUDA devices that are.
  case noSuchDevice(Device, devices: Int)

  public var description: String {
    switch self {
    case .native(let call, let message): "libtorch, \(call): \(message)"
    case .shapeMismatch(let expected, let got): "expected shape \(expected), got \(got)"
    case .dtypeMismatch(let expected, let got): "expected elements of \(expected), got \(got)"
    case .noSuchDevice(let device, let devices):
      "no device \(device); this libtorch sees \(devices) CUDA devices"
    }
  }
}
