import Datasets
import Foundation
import Market

/// Where a spec's market comes from: the catalogue, or an HDF5 file.
struct DatasetReference {
  let name: String
  let parameters: JSONValue

  /// A market with its settings as they are by default.
  init(name: String) { (self.name, parameters) = (name, .object([:])) }

  init(_ experiment: Experiment) {
    (name, parameters) = (experiment.dataset, experiment.datasetParameters)
  }

  /// Anything with a slash or an HDF5 ending is a file; all else is a catalogue name.
  var isFile: Bool { name.contains("/") || name.hasSuffix(".h5") || name.hasSuffix(".hdf5") }

  /// The name as a resolved spec holds it: a file by its absolute path, so that the spec means the
  /// same from everywhere.
  var resolvedName: String { isFile ? URL(fileURLWithPath: name).standardized.path : name }

  /// The settings with every default filled in.
  ///
  /// - Throws: `SpecError` for an unknown name, a stray key or a value out of range.
  func resolvedParameters() throws -> JSONValue {
    if isFile {
      guard parameters == .object([:]) else {
        throw SpecError.invalid(
          key: "datasetParameters", value: "given for the file \(name)",
          accepted: "none; a file has no settings")
      }
      return parameters
    }
    let given = try StrictJSON.encode(parameters)
    let resolved = try datasetRegistry.require(name).resolve(given)
    return try JSONDecoder().decode(JSONValue.self, from: resolved)
  }

  /// - Throws: `UserFacingError` where a file cannot be read or a name is unknown.
  func load() throws -> Dataset {
    if isFile {
      let (panel, metadata) = try PanelFile.read(name)
      return Dataset(
        name: name, title: metadata.title, isSimulated: !metadata.generator.isEmpty, panel: panel,
        truth: nil)
    }
    let entry = try datasetRegistry.require(name)
    return try entry.make(StrictJSON.encode(parameters))
  }
}
