import Foundation
import Market
import Testing

@Suite struct LabelSpecTests {
  @Test func defaultIsQlibs() throws {
    let spec = LabelSpec.standard
    #expect((spec.entryLag, spec.horizon, spec.reach) == (1, 1, 2))
    #expect(spec.transform == .zscore)
    #expect(try StrictJSON.decode(LabelSpec.self, from: Data("{}".utf8), named: "s") == spec)
  }

  @Test func reachIsDerived() throws {
    let json = Data(#"{"entryLag": 0, "horizon": 20, "transform": "rank"}"#.utf8)
    let spec = try StrictJSON.decode(LabelSpec.self, from: json, named: "s")
    #expect(spec == (try LabelSpec(entryLag: 0, horizon: 20, transform: .rank)))
    #expect(spec.reach == 20)
  }

  @Test(arguments: [(-1, 1), (1001, 1), (Int.min, 1), (Int.max, 1)])
  func refusesEntryLag(entryLag: Int, horizon: Int) {
    #expect(
      throws: SpecError.invalid(
        key: "label.entryLag", value: "\(entryLag)", accepted: "0 to 1000 dates")
    ) { try LabelSpec(entryLag: entryLag, horizon: horizon, transform: .none) }
  }

  @Test(arguments: [0, -5, 1001, Int.max])
  func refusesHorizon(horizon: Int) {
    let error = SpecError.invalid(
      key: "label.horizon", value: "\(horizon)", accepted: "1 to 1000 dates")
    #expect(throws: error) { try LabelSpec(entryLag: 1, horizon: horizon, transform: .none) }
    #expect(throws: error) {
      try StrictJSON.decode(
        LabelSpec.self, from: Data("{horizon: \(horizon)}".utf8), named: "s")
    }
  }
}
