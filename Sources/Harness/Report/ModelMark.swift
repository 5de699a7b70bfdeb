/// What stands before a model's name that is no model's: ◆ the oracle, which knows the truth; ◦ another
/// yardstick.
struct ModelMark {
  let symbol: String
  /// What the symbol says; empty where there is none.
  let meaning: String

  init(_ name: String, isYardstick: Bool) {
    (symbol, meaning) =
      name == Oracle.id ? ("◆", "oracle") : isYardstick ? ("◦", "yardstick") : ("", "")
  }

  /// The name behind its mark.
  static func marked(_ name: String, isYardstick: Bool) -> String {
    let mark = ModelMark(name, isYardstick: isYardstick)
    return mark.symbol.isEmpty ? name : mark.symbol + " " + name
  }
}
