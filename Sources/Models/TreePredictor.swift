import Market
import Trees

/// Trees as XGBoost holds them, asked block by block.
struct TreePredictor: ExplainablePredictor {
  let booster: Booster
  let notes: [String: Double]

  var method: ExplanationMethod { .shap }

  func predict(_ samples: Samples) throws -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(samples.count)
    try samples.forEachBlock(of: 32_768) { _, values in
      result += try booster.predict(DMatrix(values, columns: samples.columns.count))
    }
    return result
  }

  /// Exact tree SHAP (Lundberg et al., 2020); the base value is the mean over the training rows that
  /// each tree saw.
  ///
  /// - Complexity: O(rows · trees · leaves · depth²): hundreds of rows a second for deep forests, so
  ///   ask about some of the rows.
  func contributions(_ samples: Samples) throws -> FeatureContributions {
    let width = samples.columns.count
    var values: [Float] = []
    values.reserveCapacity(samples.count * width)
    var base: Float = 0
    try samples.forEachBlock { range, features in
      let block = try booster.contributions(DMatrix(features, columns: width))
      for row in range.indices.map({ $0 - range.lowerBound }) {
        values += block[row * (width + 1)..<row * (width + 1) + width]
      }
      // The bias comes last in every row, and is the same in all of them.
      base = block[width]
    }
    return FeatureContributions(columns: samples.columns, values: values, baseValue: base)
  }
}

extension LabelledSamples {
  /// All rows as XGBoost keeps them, at about 8 bytes a value; a copy half that size lives only
  /// while they are handed over.
  func treeMatrix() throws -> DMatrix {
    try DMatrix(samples.matrix(), columns: samples.columns.count, labels: labels)
  }
}
