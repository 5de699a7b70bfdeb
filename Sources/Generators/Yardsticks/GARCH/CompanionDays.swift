import Foundation
import Market

/// What went with the returns of an asset on its training days: gap, shadows and volume, drawn
/// together from a day whose standardised return was near.
///
/// Gap and shadows are kept in units of the day's conditional deviation, and given back in those of
/// the day made, so that ranges widen with volatility. Volume is relative to its own median
/// already.
struct CompanionDays: Sendable, Equatable {
  /// An asset with fewer complete days borrows those of the one with the most.
  static let fewest = 20

  /// Ascending.
  let standardised: [Float]
  /// Days in that order × the components beside the return.
  let values: [Float]
  /// The components beside the return.
  let components: [MarketComponent]

  init(standardised: [Float], values: [Float], components: [MarketComponent]) {
    (self.standardised, self.values) = (standardised, values)
    self.components = components
  }

  /// Sorts days by standardised return; `values` holds their other components in their own units.
  init(
    days: [(standardised: Float, deviation: Double, values: [Float])],
    components: [MarketComponent]
  ) {
    let order = days.indices.sorted {
      (days[$0].standardised, $0) < (days[$1].standardised, $1)
    }
    self.init(
      standardised: order.map { days[$0].standardised },
      values: order.flatMap { day in
        zip(days[day].values, components).map { value, component in
          component.isInReturnUnits ? Float(Double(value) / days[day].deviation) : value
        }
      },
      components: components)
  }

  /// Components beside the return for a day of this standardised return and deviation.
  ///
  /// One of the nearest days in rank, a fiftieth of all on either side, each as likely. 0 where
  /// there is no day at all.
  func draw(
    near value: Double, deviation: Double, from stream: inout SeedStream
  ) -> [Float] {
    let choice = stream.uniform()
    guard !standardised.isEmpty else { return components.map { _ in 0 } }
    var (low, high) = (0, standardised.count)
    while low < high {
      let middle = (low + high) / 2
      if Double(standardised[middle]) < value { low = middle + 1 } else { high = middle }
    }
    let reach = max(1, standardised.count / 50)
    let first = max(0, min(low - reach, standardised.count - 1 - 2 * reach))
    let last = min(standardised.count - 1, first + 2 * reach)
    let day = first + Int(choice * Double(last - first + 1))
    return components.indices.map { index in
      let value = values[day * components.count + index]
      return components[index].isInReturnUnits ? Float(Double(value) * deviation) : value
    }
  }
}

extension MarketComponent {
  /// Whether it is a ratio of two prices of about the same day.
  var isInReturnUnits: Bool { self != .logVolume }
}
