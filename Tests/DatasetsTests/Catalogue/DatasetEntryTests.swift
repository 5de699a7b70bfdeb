import Foundation
import Market
import Testing

@testable import Datasets

@Suite struct DatasetEntryTests {
  @Test(arguments: datasetRegistry.entries.map(\.id))
  func everyEntryResolvesAndMakes(id: String) throws {
    let entry = try datasetRegistry.require(id)
    #expect(!entry.summary.isEmpty)
    let small = Data(#"{assets: 9, dates: 30, /* JSON5 */ seed: 5}"#.utf8)
    let resolved = try entry.resolve(small)
    #expect(try entry.resolve(resolved) == resolved)
    let dataset = try entry.make(resolved)
    #expect(dataset.name == id && dataset.panel.assets == 9 && dataset.panel.dates == 30)
    #expect(dataset.isSimulated && dataset.title.contains("simulated"))
    #expect(dataset.title.contains("5"))
  }

  @Test(arguments: datasetRegistry.entries.map(\.id))
  func everyDefaultIsValid(id: String) throws {
    let resolved = try datasetRegistry.require(id).resolve(Data())
    let text = String(decoding: resolved, as: UTF8.self)
    #expect(text.contains(#""seed":"#) && text.contains(#""assets":64"#))
    #expect(text.contains(#""dates":1000"#))
  }

  @Test func nestedDefaultsAreFilledIn() throws {
    let entry = try datasetRegistry.require("reference")
    let given = Data(#"{"strength": {"linear": 0.2}}"#.utf8)
    let resolved = String(decoding: try entry.resolve(given), as: UTF8.self)
    let defaults = ReferenceMarket.Strength()
    #expect(resolved.contains(#""linear":0.2"#))
    #expect(resolved.contains(#""graph":\#(defaults.graph)"#))
  }

  @Test func aStrayKeyIsRefusedWithAGuess() throws {
    let entry = try datasetRegistry.require("reference")
    let error = #expect(throws: SpecError.self) {
      try entry.resolve(Data(#"{"seeed": 1}"#.utf8))
    }
    #expect(error?.description.contains("did you mean 'seed'?") == true)
    #expect(throws: SpecError.self) {
      try entry.resolve(Data(#"{"strength": {"lineer": 0.2}}"#.utf8))
    }
  }

  @Test(arguments: [
    ("reference", #"{"assets": 0}"#, "assets"),
    ("reference", #"{"dates": 1}"#, "dates"),
    ("reference", #"{"dates": 9223372036854775807}"#, "dates"),
    ("reference", #"{"assets": 5000, "dates": 20000}"#, "assets × dates"),
    ("reference", #"{"seed": -1}"#, "seed"),
    ("reference", #"{"sectors": 65}"#, "sectors"),
    ("reference", #"{"delay": 0}"#, "delay"),
    ("reference", #"{"strength": {"graph": 0.5}}"#, "strength.graph"),
    ("reference", #"{"degreesOfFreedom": 2}"#, "degreesOfFreedom"),
    ("reference", #"{"crisisRate": 1}"#, "crisisRate"),
    ("reference", #"{"lateListings": 1}"#, "lateListings"),
    ("reference", #"{"ownVolatility": 0}"#, "ownVolatility"),
    ("noise", #"{"volatility": 1}"#, "volatility"),
    ("noise", #"{"assets": -3}"#, "assets"),
  ])
  func outOfRangeNamesTheKey(id: String, given: String, key: String) throws {
    let entry = try datasetRegistry.require(id)
    let error = #expect(throws: SpecError.self) { try entry.resolve(Data(given.utf8)) }
    guard case .invalid(let named, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(named == key)
    // What was resolved by hand is checked again before anything is made of it.
    #expect(throws: SpecError.self) { try entry.make(Data(given.utf8)) }
  }
}
