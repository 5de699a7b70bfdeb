import Market
import Testing

@Suite struct FeatureTransformTests {
  /// Five training rows, a sixth of another date that must not count, three columns.
  static let features = FeaturePanel(
    dates: 6, assets: 1, columns: ["a", "b", "c"],
    values: [
      1.5, 100, 7, 2.5, .nan, 7, -4, 300, 7, 8, 250, 7, 0.25, -50, 7, 1e6, 1e6, 1e6,
    ])
  static let rows = (0..<5).map { SampleKey(date: $0, asset: 0) }

  /// `sklearn.preprocessing.StandardScaler().fit` on the same rows: `mean_` and √`var_`.
  @Test func standardIsScikitLearns() {
    let fitted = FeatureTransform.fit(.standard, to: Self.rows, of: Self.features)
    #expect(fitted.center == [1.65, 150, 7])
    #expect(agree(fitted.scale, [1 / 3.871692136521188, 1 / 136.93063937629154, 0]))
    #expect(fitted.clip == 3)
  }

  /// numpy: `nanmedian(x)` and `1.4826 * nanmedian(abs(x - nanmedian(x)))`.
  @Test func robustIsQlibs() {
    let fitted = FeatureTransform.fit(.robust, to: Self.rows, of: Self.features, clip: 5)
    #expect(fitted.center == [1.5, 175, 7])
    #expect(agree(fitted.scale, [1 / 1.85325, 1 / 148.26, 0]))
    #expect(fitted.clip == 5)
  }

  /// A deviation of prices in the millions needs two passes; one pass would find nothing.
  @Test func keepsItsDigits() {
    let values = (0..<4).map { 16_000_000 + Float($0) }
    let features = FeaturePanel(dates: 4, assets: 1, columns: ["p"], values: values)
    let fitted = FeatureTransform.fit(.standard, to: Array(Self.rows.prefix(4)), of: features)
    #expect(agree(fitted.scale, [1 / 1.25.squareRoot()]))
  }

  @Test(arguments: FeatureTransform.Kind.allCases)
  func nothingKnownGivesZero(kind: FeatureTransform.Kind) {
    let features = FeaturePanel(
      dates: 2, assets: 1, columns: ["empty", "infinite"],
      values: [.nan, .infinity, .nan, -.infinity])
    let fitted = FeatureTransform.fit(kind, to: Array(Self.rows.prefix(2)), of: features)
    #expect(fitted.center == [0, 0])
    #expect(fitted.scale == [0, 0])
    #expect(FeatureTransform.fit(kind, to: [], of: features) == fitted)
  }

  private func agree(_ a: [Float], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs(Double($0) - $1) <= 1e-6 * max(1e-9, $1) }
  }
}
