import Market
import Testing

@Suite struct RegistryTests {
  struct Entry: Identifiable, Sendable {
    let id: String
  }

  static let registry = Registry("model family", ["ridge", "lasso", "dnn"].map(Entry.init))

  @Test func keepsItsOrder() { #expect(Self.registry.ids == ["ridge", "lasso", "dnn"]) }

  @Test func findsAndMisses() throws {
    #expect(try Self.registry.require("lasso").id == "lasso")
    let error = SpecError.unknown(kind: "model family", id: "ridg", known: Self.registry.ids)
    #expect(throws: error) { try Self.registry.require("ridg") }
    #expect(
      error.description
        == "no model family named 'ridg' (did you mean 'ridge'?); known: ridge, lasso, dnn")
    #expect(throws: SpecError.self) { try Self.registry.require("") }
    #expect(throws: SpecError.self) { try Self.registry.require("Ridge") }
  }

  @Test func refusesAnIdTwice() async {
    await #expect(processExitsWith: .failure) {
      _ = Registry("metric", [RegistryTests.Entry(id: "ic"), RegistryTests.Entry(id: "ic")])
    }
  }
}
