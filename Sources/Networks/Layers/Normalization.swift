import Market
import Torch

/// What stands between a linear map and its activation, as specs name it.
public enum Normalization: String, SpecChoice {
  case batch, layer, none

  /// The layer for rows of a width; `nil` where there is none.
  public func layer(_ width: Int, device: Device = .cpu) throws -> (any Layer)? {
    switch self {
    case .batch: try BatchNorm1d(width, device: device)
    case .layer: try LayerNorm(width, device: device)
    case .none: nil
    }
  }
}
