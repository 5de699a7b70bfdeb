import Market
import Testing

@Suite struct CrossSectionTests {
  /// Cells count 0 to 7 over four dates and two assets; see `SamplesTests.samples`.
  @Test func allAssetsOfADateWhicheverAreInTheView() throws {
    let samples = try SamplesTests.samples([(1, 1), (2, 0), (3, 1)])
    func section(_ position: Int, ago: Int = 0) -> [Float] {
      var values: [Float] = []
      samples.gatherCrossSection(at: position, ago: ago, into: &values)
      return values
    }
    // (n − 1) · 2 and tens · ½ for cells 4 and 5 of date 2.
    #expect(section(1) == [6, 20, 8, 25])
    #expect(try section(1) == SamplesTests.samples([(2, 0), (2, 1)]).matrix())
    #expect(section(2, ago: 1) == section(1) && section(1, ago: 1) == section(0))
    #expect(section(0, ago: 1) == [-2, 0, 0, 5])
    // Before the first date, the training centre.
    #expect(section(0, ago: 2) == [0, 0, 0, 0] && section(2, ago: 9) == [0, 0, 0, 0])
  }

  @Test func observedAssetsHaveACloseOnTheDate() throws {
    let samples = try SamplesTests.samples([(1, 1), (2, 1)])
    #expect(samples.observedAssets(at: 0) == [true, true])
    #expect(samples.observedAssets(at: 1) == [false, true])
  }
}
