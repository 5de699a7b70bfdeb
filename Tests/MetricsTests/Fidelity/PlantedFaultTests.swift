import Foundation
import Market
import Testing

@testable import Metrics

/// Faults planted in a perfect generator's panel: the metric made for each goes red, beyond what a perfect
/// generator scores, and metrics that cannot see it stay green.
@Suite struct PlantedFaultTests {
  static let assets = 4
  static let dates = 500
  static let names = (0..<assets).map { "A\($0)" }

  /// Date × asset: returns of one factor with volatility that comes in waves, falls with raised
  /// volatility after them, and log volumes that go with the size of returns.
  struct Days {
    var returns: [[Float]]
    var volumes: [[Float]]

    init(seed: UInt64, dates: Int = PlantedFaultTests.dates) {
      var stream = SeedStream(seed: seed)
      var variance = 1.0
      (returns, volumes) = ([], [])
      for _ in 0..<dates {
        let common = variance.squareRoot() * stream.normal()
        let scale = variance.squareRoot()
        let square = common * common
        variance = 0.1 + (common < 0 ? 0.4 : 0.02) * square + 0.69 * variance
        var (row, traded) = ([Float](), [Float]())
        for asset in 0..<PlantedFaultTests.assets {
          // Loadings from 0.3 to 0.9 and sizes from 1 to 2 %.
          let loading = 0.3 + 0.2 * Double(asset)
          let own = (1 - loading * loading).squareRoot() * scale * stream.normal()
          let move = 0.01 * (1 + 0.2 * Double(asset)) * (loading * common + own)
          row.append(Float(move))
          traded.append(Float(12 + 30 * abs(move) + 0.3 * stream.normal()))
        }
        returns.append(row)
        volumes.append(traded)
      }
    }

    func mapping(_ transform: ([Float]) -> [Float]) -> Days {
      var days = self
      days.returns = returns.map(transform)
      return days
    }

    static func paths(_ paths: [Days]) throws -> ReturnPaths {
      try ReturnPaths(
        paths: paths.count, dates: paths[0].returns.count, assets: PlantedFaultTests.assets,
        names: PlantedFaultTests.names, returns: paths.flatMap { $0.returns.flatMap { $0 } },
        logVolumes: paths.flatMap { $0.volumes.flatMap { $0 } })
    }
  }

  /// A way to spoil fresh paths of the very law that made the real market.
  struct Fault: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// Metrics that have to be beyond the range of their floors, with their horizons.
    var red: [String]
    /// Metrics that have to be within them, or better; kurtosis is too noisy to be among them.
    var green: [String]
    var plant: @Sendable (Days, _ real: Days, inout SeedStream) -> Days
  }

  static let faults: [Fault] = [
    Fault(
      testDescription: "none", red: [],
      green: [
        "correlation_error", "spectrum_l1", "first_eigenvalue", "wasserstein_sigma 1",
        "acf_absolute",
        "volume_volatility", "tail_index_losses", "leverage_l2", "es_1",
      ], plant: { days, _, _ in days }),
    // Who is who: every single asset of one side is like some asset of the other.
    Fault(
      testDescription: "assets in reverse order",
      red: ["correlation_error", "wasserstein_sigma 1"],
      green: ["correlation_distribution", "spectrum_l1", "first_eigenvalue", "acf_absolute"],
      plant: { days, _, _ in days.mapping { $0.reversed() } }),
    // Each asset alone is perfect, but not at the same time as the others.
    Fault(
      testDescription: "each asset on dates of its own",
      red: ["correlation_error", "correlation_distribution", "spectrum_l1", "first_eigenvalue"],
      green: ["wasserstein_sigma 1", "acf_absolute"],
      plant: { days, _, _ in
        var apart = days
        for date in days.returns.indices {
          for asset in 0..<assets {
            let other = (date + 97 * asset) % days.returns.count
            apart.returns[date][asset] = days.returns[other][asset]
            apart.volumes[date][asset] = days.volumes[other][asset]
          }
        }
        return apart
      }),
    Fault(
      testDescription: "dates shuffled", red: ["acf_absolute", "acf_squared"],
      green: ["correlation_error", "wasserstein_sigma 1", "volume_volatility"],
      plant: { days, _, stream in
        var order = Array(days.returns.indices)
        order.shuffle(using: &stream)
        var shuffled = days
        for (date, other) in order.enumerated() {
          (shuffled.returns[date], shuffled.volumes[date]) = (
            days.returns[other], days.volumes[other]
          )
        }
        return shuffled
      }),
    Fault(
      testDescription: "time reversed", red: ["leverage_l2"],
      green: ["acf_absolute", "correlation_error", "wasserstein_sigma 1"],
      plant: { days, _, _ in
        var reversed = days
        (reversed.returns, reversed.volumes) = (days.returns.reversed(), days.volumes.reversed())
        return reversed
      }),
    // Beyond two deviations a return is only half as far out.
    Fault(
      testDescription: "tails shrunk", red: ["kurtosis", "es_1", "tail_index_losses"],
      green: ["correlation_error", "first_eigenvalue"],
      plant: { days, _, _ in
        days.mapping { row in
          row.enumerated().map { asset, move in
            let limit = Float(0.016 * (1 + 0.2 * Double(asset)))
            return abs(move) > limit
              ? (move < 0 ? -1 : 1) * (limit + 0.25 * (abs(move) - limit)) : move
          }
        }
      }),
    Fault(
      testDescription: "volatility too high by half",
      red: ["wasserstein_sigma 1", "var_5", "violations_5", "es_1"],
      green: ["correlation_error", "acf_absolute", "tail_index_losses"],
      plant: { days, _, _ in days.mapping { $0.map { $0 * 1.5 } } }),
    Fault(
      testDescription: "volumes of other dates", red: ["volume_volatility"],
      green: ["acf_absolute", "correlation_error", "wasserstein_sigma 1"],
      plant: { days, _, _ in
        var apart = days
        apart.volumes = Array(days.volumes[50...] + days.volumes[..<50])
        return apart
      }),
    Fault(
      testDescription: "a stretch of training copied",
      red: ["copied_share", "longest_copy", "suspiciously_near"],
      green: ["correlation_error", "wasserstein_sigma 1", "acf_absolute"],
      plant: { days, real, stream in
        var copied = days
        let start = Int(stream.uniform() * Double(dates - 150))
        for offset in 0..<150 { copied.returns[300 + offset] = real.returns[start + offset] }
        return copied
      }),
    // Noise on what is copied hides it from a comparison of values, not of windows.
    Fault(
      testDescription: "training copied with noise",
      red: ["nearest_window_ratio", "suspiciously_near"], green: ["copied_share"],
      plant: { _, real, stream in
        real.mapping { row in row.map { $0 + Float(0.002 * stream.normal()) } }
      }),
  ]

  static func report(_ fault: Fault) throws -> FidelityReport {
    let real = Days(seed: 1)
    var stream = SeedStream(seed: 99)
    let paths = (0..<4).map { fault.plant(Days(seed: 10 + UInt64($0)), real, &stream) }
    var settings = quickSettings(lags: 20, replicates: 12)
    settings.horizons = [1, 5]
    return try FidelityReport(
      real: Days.paths([real]), synthetic: Days.paths(paths), settings: settings,
      seeds: SeedTree(root: 3))
  }

  /// How often the upper end of its floor's range a metric comes to; memorisation has no range, and is told
  /// by its meaning.
  static func excess(_ name: String, in report: FidelityReport) throws -> Double {
    let parts = name.split(separator: " ")
    let row = try #require(
      report.rows.first {
        $0.metric == parts[0] && (parts.count < 2 || $0.horizon == Int(parts[1]))
      }, "no row \(name)")
    let value = try #require(row.value)
    switch row.metric {
    case "nearest_window_ratio": return value < 0.9 ? 2 : 0
    case "suspiciously_near": return value / 0.1
    case "copied_share": return value / 0.01
    case "longest_copy": return value / 10
    default: return value / (try #require(row.floorRange)).high
    }
  }

  /// Fewer paths than a floor is made of stray a little further than it says.
  @Test(arguments: faults)
  func theRightMetricGoesRed(_ fault: Fault) throws {
    let report = try Self.report(fault)
    for name in fault.red {
      let excess = try Self.excess(name, in: report)
      #expect(excess > 1, "\(name) stays green: \(excess)")
    }
    for name in fault.green {
      let excess = try Self.excess(name, in: report)
      #expect(excess < 1.5, "\(name) goes red: \(excess)")
    }
  }
}
