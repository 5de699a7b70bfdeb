import Foundation
import Testing

extension Scratch {
  /// Imports made-up prices of assets that drift apart: `T0`, `T1` and so on.
  func importMarket(assets: Int, days: Int, as file: String) throws {
    var lines = ["date,ticker,open,high,low,close,volume"]
    var state: UInt64 = 1
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 33) / Double(1 << 31) - 0.5
    }
    func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    var close = [Double](repeating: 50, count: assets)
    for day in 0..<days {
      let year = 2023 + day / 336
      let date = "\(year)-\(twoDigits(day / 28 % 12 + 1))-\(twoDigits(day % 28 + 1))"
      for asset in close.indices {
        let open = close[asset] * (1 + 0.01 * random())
        close[asset] = open * (1 + 0.04 * random())
        let (high, low) = (max(open, close[asset]) * 1.005, min(open, close[asset]) * 0.995)
        lines.append("\(date),T\(asset),\(open),\(high),\(low),\(close[asset]),\(1000 + day)")
      }
    }
    try write(lines.joined(separator: "\n") + "\n", to: "prices.csv")
    let result = try Binary.run("import", "csv", "prices.csv", "--out", file, in: url)
    #expect(result.status == 0, "\(result.errors)")
  }
}
