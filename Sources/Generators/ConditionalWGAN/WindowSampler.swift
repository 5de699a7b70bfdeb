import Market
import Torch

/// Draws batches of real windows with what they are like: several assets over the same dates.
struct WindowSampler {
  /// Where a window begins, and the assets that are there on nine tenths of its days.
  struct Window {
    let stretch: Int
    let row: Int
    let assets: [Int]
  }

  /// An asset may lack this share of a window's days; they count as usual ones.
  static let mostMissing = 0.1

  let stretches: [StandardDays]
  let traits: StaticTraits
  let windows: [Window]
  let days: Int
  /// Assets an item.
  let assets: Int

  /// At most `most` assets an item: fewer where windows have no more.
  ///
  /// - Throws: `GeneratorError.tooShort` where no stretch holds a window of known returns.
  init(
    _ stretches: [StandardDays], _ traits: StaticTraits, days: Int, assets most: Int
  ) throws(GeneratorError) {
    var found: [Window] = []
    for (index, stretch) in stretches.enumerated() where stretch.dates > days {
      var missing = [Int](repeating: 0, count: stretch.assets)
      func isMissing(_ date: Int, _ asset: Int) -> Bool {
        stretch.returns[date * stretch.assets + asset].isNaN
      }
      for date in 1..<stretch.dates {
        for asset in 0..<stretch.assets {
          if isMissing(date, asset) { missing[asset] += 1 }
          if date > days, isMissing(date - days, asset) { missing[asset] -= 1 }
        }
        guard date >= days else { continue }
        let known = missing.indices.filter {
          Double(missing[$0]) <= Self.mostMissing * Double(days)
        }
        if !known.isEmpty {
          found.append(Window(stretch: index, row: date - days + 1, assets: known))
        }
      }
    }
    guard !found.isEmpty else {
      throw .tooShort(
        longest: max(0, (stretches.map(\.dates).max() ?? 0) - 1), needed: days,
        for: "generator '\(ConditionalWGAN.id)'")
    }
    // As many assets as most windows have: a window with fewer is passed over.
    let sizes = found.map(\.assets.count).sorted()
    let assets = Swift.min(most, sizes[sizes.count / 4])
    windows = found.filter { $0.assets.count >= assets }
    (self.stretches, self.traits, self.days, self.assets) = (stretches, traits, days, assets)
  }

  struct Batch {
    /// [batch, assets, days, components].
    let windows: Tensor
    let about: WindowConditions
    /// As in `windows`, row-major.
    let values: [Float]
  }

  /// Random windows with random assets.
  func draw(_ size: Int, using stream: inout SeedStream, device: Device) throws -> Batch {
    func below(_ count: Int) -> Int { Swift.min(count - 1, Int(stream.uniform() * Double(count))) }
    return try batch(
      (0..<size).map { _ in
        let window = windows[below(windows.count)]
        var left = window.assets
        return (
          window,
          (0..<assets).map { taken in
            left.swapAt(taken, taken + below(left.count - taken))
            return left[taken]
          }
        )
      }, device: device)
  }

  /// Windows evenly over time, with assets evenly over the universe.
  func even(_ most: Int, device: Device) throws -> Batch {
    let count = Swift.min(most, windows.count)
    return try batch(
      (0..<count).map { item in
        let window = windows[item * windows.count / count]
        let offset = item % Swift.max(1, window.assets.count / assets)
        return (
          window, (0..<assets).map { window.assets[$0 * window.assets.count / assets + offset] }
        )
      }, device: device)
  }

  private func batch(_ items: [(Window, [Int])], device: Device) throws -> Batch {
    let others = stretches.first.map { $0.others.count / Swift.max(1, $0.returns.count) } ?? 0
    var (values, shares) = ([Float](), [Float]())
    values.reserveCapacity(items.count * assets * days * (1 + others))
    for (window, chosen) in items {
      let stretch = stretches[window.stretch]
      for asset in chosen {
        for date in window.row..<window.row + days {
          let cell = date * stretch.assets + asset
          shares.append(stretch.shares[cell])
          let value = stretch.returns[cell]
          values.append(value.isNaN ? 0 : value)
          for index in cell * others..<(cell + 1) * others {
            values.append(stretch.others[index].isNaN ? 0 : stretch.others[index])
          }
        }
      }
    }
    let width = MarketScale.conditionWidth
    let about = try WindowConditions(
      condition: items.map { window, _ in
        Array(stretches[window.stretch].conditions[window.row * width..<(window.row + 1) * width])
      }, assets: items.map(\.1), of: traits, shares: shares, days: days, device: device)
    return Batch(
      windows: try Tensor(values, shape: [items.count, assets, days, 1 + others], device: device),
      about: about, values: values)
  }
}
