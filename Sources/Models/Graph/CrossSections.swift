import Market
import Torch

/// The whole cross-sections of some dates, and which of their places were asked for.
struct CrossSections {
  /// [dates, steps, assets, columns], oldest step first.
  let features: Tensor
  /// [dates, assets]: 1 where the asset is observed on the date, else 0.
  let observed: Tensor
  /// For each row, its place in [dates · assets].
  let rows: Tensor
}

/// Fetches the cross-sections that rows belong to, whichever other rows of their dates are asked for.
///
/// All assets of the universe have a place on every date. Those without a close on it are not
/// observed: nobody can listen to them, though a row that is asked for has its place all the same.
struct CrossSectionReader {
  private let samples: Samples
  private let steps: Int
  private let device: Device
  private let all: Store?

  /// - Precondition: `steps` is at least 1.
  init(of samples: Samples, steps: Int, device: Device) throws {
    precondition(steps >= 1)
    (self.samples, self.steps, self.device) = (samples, steps, device)
    let starts = samples.dateRanges.map(\.lowerBound)
    // Transforming rows anew in every epoch costs more than the network; 128 MB is worth it.
    let size = (starts.count + steps) * samples.universe.count * samples.columns.count
    all =
      size <= 32_000_000
      ? try Store(of: samples, at: starts, steps: steps, device: device) : nil
  }

  /// The cross-sections of the rows, split so that each part has at most `dates` of them.
  ///
  /// Rows of a date must stand together, else it is fetched again.
  func parts(_ positions: [Int], dates: Int) throws -> [CrossSections] {
    var sections: [Range<Int>] = []
    for index in positions.indices {
      let date = samples.keys[positions[index]].date
      if let last = sections.last, samples.keys[positions[last.lowerBound]].date == date {
        sections[sections.count - 1] = last.lowerBound..<index + 1
      } else {
        sections.append(index..<index + 1)
      }
    }
    return try stride(from: 0, to: sections.count, by: max(1, dates)).map { start in
      try part(positions, Array(sections[start..<min(start + max(1, dates), sections.count)]))
    }
  }

  private func part(_ positions: [Int], _ sections: [Range<Int>]) throws -> CrossSections {
    let starts = sections.map { positions[$0.lowerBound] }
    let store = try all ?? Store(of: samples, at: starts, steps: steps, device: device)
    let (assets, columns) = (samples.universe.count, samples.columns.count)
    let places = sections.enumerated().flatMap { place, section in
      positions[section].map { place * assets + Int(samples.keys[$0].asset) }
    }
    let dates = starts.map { samples.keys[$0].date }
    let lags = zip(starts, dates).flatMap { start, date in
      (0..<steps).map { step in
        let seen = Int(date) - (steps - 1 - step)
        return store.features(on: seen < samples.firstDate(visibleAt: start) ? -1 : seen)
      }
    }
    return CrossSections(
      features: try store.features.indexSelected(0, Tensor(indices: lags, device: device))
        .reshaped(starts.count, steps, assets, columns),
      observed: try store.observed.indexSelected(
        0, Tensor(indices: dates.map { store.observed(on: Int($0)) }, device: device)),
      rows: try Tensor(indices: places, device: device))
  }

  /// Cross-sections by date, each once.
  private struct Store {
    /// [dates with their steps, assets · columns].
    let features: Tensor
    /// [dates, assets].
    let observed: Tensor
    private var featureIndex: [Int: Int] = [:]
    private var observedIndex: [Int: Int] = [:]

    init(of samples: Samples, at starts: [Int], steps: Int, device: Device) throws {
      var values: [Float] = []
      var flags: [Float] = []
      for position in starts {
        let date = Int(samples.keys[position].date)
        guard observedIndex[date] == nil else { continue }
        observedIndex[date] = observedIndex.count
        flags += samples.observedAssets(at: position).map { $0 ? 1 : 0 }
        let first = samples.firstDate(visibleAt: position)
        for ago in 0..<steps {
          let seen = date - ago < first ? -1 : date - ago
          guard featureIndex[seen] == nil else { continue }
          featureIndex[seen] = featureIndex.count
          samples.gatherCrossSection(at: position, ago: ago, into: &values)
        }
      }
      let assets = samples.universe.count
      features = try Tensor(
        values, shape: [featureIndex.count, assets * samples.columns.count], device: device)
      observed = try Tensor(flags, shape: [observedIndex.count, assets], device: device)
    }

    /// −1 stands for all dates before the first that a row may look back to: they are alike.
    func features(on date: Int) -> Int { featureIndex[date] ?? 0 }
    func observed(on date: Int) -> Int { observedIndex[date] ?? 0 }
  }
}
