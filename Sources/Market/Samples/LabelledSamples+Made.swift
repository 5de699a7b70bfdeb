extension LabelledSamples {
  /// Made rows in place of these, over the same universe, features and transform.
  ///
  /// Each cross-section has as many dates of its own as its windows have steps, one section after the
  /// other; its rows are keyed to the last of them. No window and no trailing return reaches beyond
  /// its cross-section: further steps are 0, the training centre. Closes are those of the date that
  /// the labels are from and the dates before it.
  /// - Throws: `SampleSetError` for a set with other columns, or of another market.
  public func replaced(by made: SampleSet) throws(SampleSetError) -> LabelledSamples {
    try Made(made, beside: samples).rows(after: nil)
  }

  /// These rows and the made ones, which lie on dates after the market's last (see `replaced`).
  ///
  /// - Throws: As above.
  public func augmented(with made: SampleSet) throws(SampleSetError) -> LabelledSamples {
    try Made(made, beside: samples).rows(after: self)
  }
}

/// A set of made rows, laid out as dates × assets × columns in raw units.
private struct Made {
  private let set: SampleSet
  private let origin: Samples

  init(_ set: SampleSet, beside origin: Samples) throws(SampleSetError) {
    guard set.columns == origin.columns else {
      throw .columns(expected: origin.columns, got: set.columns)
    }
    let (dates, assets) = (origin.features.dates, origin.features.assets)
    for section in set.crossSections {
      for date in [section.excessDate, section.marketDate] where date >= dates {
        throw .outside("date \(date) of \(dates)")
      }
      if let asset = section.assets.last, asset >= assets {
        throw .outside("asset \(asset) of \(assets)")
      }
    }
    (self.set, self.origin) = (set, origin)
  }

  func rows(after real: LabelledSamples?) -> LabelledSamples {
    let (assets, width) = (origin.features.assets, origin.columns.count)
    let (sections, steps) = (set.crossSections, set.steps)
    let before = real == nil ? 0 : origin.features.dates
    let added = sections.count * steps
    var values = real == nil ? [] : origin.features.values
    values.reserveCapacity((before + added) * assets * width)
    values += repeatElement(.nan, count: added * assets * width)
    var closes = real == nil ? [] : origin.closes
    closes += repeatElement(.nan, count: added * assets)
    var keys = real?.samples.keys ?? []
    var earliest = (0..<before).map { Int32(origin.earliest(visibleOn: $0)) }
    var row = 0
    for (index, section) in sections.enumerated() {
      let first = before + index * steps
      earliest += repeatElement(Int32(first), count: steps)
      for asset in section.assets {
        for step in 0..<steps {
          let target = (first + step) * assets + asset
          let source = (row * steps + step) * width
          for column in 0..<width {
            values[target * width + column] = origin.transform.original(
              set.windows[source + column], of: column)
          }
          let past = section.excessDate - steps + 1 + step
          if past >= 0 { closes[target] = origin.closes[past * assets + asset] }
        }
        keys.append(SampleKey(date: first + steps - 1, asset: asset))
        row += 1
      }
    }
    let panel = FeaturePanel(
      dates: before + added, assets: assets, columns: origin.columns,
      window: origin.features.window, values: values)
    let samples = Samples(
      keys: keys, features: panel, transform: origin.transform, universe: origin.universe,
      closes: closes, earliest: earliest)
    return LabelledSamples(samples: samples, labels: (real?.labels ?? []) + set.labels)
  }
}

extension FeatureTransform {
  /// The value that is transformed to `value`; the centre where a column never varied.
  fileprivate func original(_ value: Float, of column: Int) -> Float {
    scale[column] > 0 ? center[column] + value / scale[column] : center[column]
  }
}
