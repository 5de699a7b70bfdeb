import Datasets
import Market

/// Which market a stored generator has learnt from, as its file tells whoever samples from it later.
public struct LearntFrom: Sendable, Equatable {
  /// A catalogue name or a file, as it was given.
  public var dataset: String
  public var title: String
  /// Of the panel, cut to `dates`.
  public var parentSHA256: String
  /// The dates that were asked for; `nil` for all.
  public var dates: String?
  /// The share of those dates, the last ones, that was watched and not learnt from.
  public var watched: Double

  public init(
    dataset: String, title: String, parentSHA256: String, dates: String?, watched: Double
  ) {
    (self.dataset, self.title, self.parentSHA256) = (dataset, title, parentSHA256)
    (self.dates, self.watched) = (dates, watched)
  }

  /// For a sentence: the market's title, and the dates where only some were learnt from.
  public var description: String { title + (dates.map { ", dates \($0)" } ?? "") }

  func describe(in parameters: inout StoredParameters) {
    parameters.texts["learnt.from"] = [dataset, title, dates ?? ""]
    parameters.arrays["learnt.watched"] = .init(shape: [1], values: [watched])
  }

  /// Takes out what `describe` put in; `nil` where the file does not say, or not in a way that makes sense.
  init?(takingFrom parameters: inout StoredParameters, _ metadata: FileMetadata) {
    guard let texts = parameters.texts.removeValue(forKey: "learnt.from"),
      let watched = parameters.arrays.removeValue(forKey: "learnt.watched")?.values.first,
      texts.count == 3, (0...0.5).contains(watched), !metadata.parentSHA256.isEmpty
    else { return nil }
    self.init(
      dataset: texts[0], title: texts[1], parentSHA256: metadata.parentSHA256,
      dates: texts[2].isEmpty ? nil : texts[2], watched: watched)
  }
}
