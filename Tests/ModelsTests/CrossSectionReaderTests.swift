import Market
import Testing
import Torch

@testable import Models

@Suite struct CrossSectionReaderTests {
  /// What stands at a row's place is the row's own window, oldest step first.
  @Test func placesHoldTheWindowsOfTheirRows() throws {
    let samples = try SectorMarket { $0.dates = 12 }.labelled([0, 1, 2, 5, 6, 11]).samples
    let reader = try CrossSectionReader(of: samples, steps: 3, device: .cpu)
    // Dates out of order, some rows of each, one of them before there were three steps.
    let positions = [70, 64, 65, 5, 95, 80, 17, 31]
    for dates in [1, 2, 100] {
      var windows: [Float] = []
      let parts = try reader.parts(positions, dates: dates)
      for part in parts {
        let shape = part.features.shape
        #expect(shape[0] <= dates && Array(shape[1...]) == [3, 16, 3])
        windows += try part.features.permuted(0, 2, 1, 3).reshaped(-1, 9)
          .indexSelected(0, part.rows).floats()
      }
      var expected: [Float] = []
      samples.gatherWindows(positions, steps: 3, into: &expected)
      #expect(windows == expected)
      #expect(parts.count == (dates == 100 ? 1 : 4 / dates))
    }
  }

  @Test func placesWithoutACloseAreMarked() throws {
    let samples = try SectorMarket { ($0.dates, $0.missing) = (12, 0.3) }.labelled(0..<12).samples
    let reader = try CrossSectionReader(of: samples, steps: 1, device: .cpu)
    let part = try #require(try reader.parts([3 * 16, 9 * 16 + 4], dates: 8).first)
    let expected = [3, 9].flatMap { date in
      samples.observedAssets(at: date * 16).map { $0 ? Float(1) : 0 }
    }
    #expect(try part.observed.floats() == expected && expected.contains(0))
  }

  /// Windows longer than those that were made end where their cross-section's history begins.
  @Test func madeCrossSectionsDoNotSeeEachOther() throws {
    let real = try SectorMarket { $0.dates = 12 }.labelled(4..<10)
    let set = try SampleSet(
      columns: real.samples.columns, steps: 2,
      crossSections: [
        .init(excessDate: 4, marketDate: 5, assets: [0, 3]),
        .init(excessDate: 6, marketDate: 5, assets: [1, 3]),
      ], windows: (0..<24).map { Float($0) / 10 - 1 }, labels: [0, 1, 2, 3],
      weights: [1, 1, 1, 1])
    let samples = try real.augmented(with: set).samples
    let positions = Array(samples.keys.indices.suffix(6))
    let part = try #require(
      CrossSectionReader(of: samples, steps: 4, device: .cpu).parts(positions, dates: 9).first)
    let windows = try part.features.permuted(0, 2, 1, 3).reshaped(-1, 12)
      .indexSelected(0, part.rows).floats()
    var expected: [Float] = []
    samples.gatherWindows(positions, steps: 4, into: &expected)
    #expect(windows == expected && expected.suffix(6).allSatisfy { $0 != 0 })
  }
}
