import Foundation
import Testing

@testable import Harness

@Suite struct ChartTests {
  @Test func textCannotBreakAPage() {
    let name = "<script>alert('x')</script> & \"\u{1}"
    let html: HTML = "<p title=\"\(name)\">\(name)</p>"
    #expect(!html.source.contains("<script>") && html.source.hasPrefix("<p title=\""))
    #expect(HTML.escaped("a<b & 'c'") == "a&lt;b &amp; &#39;c&#39;")
    #expect(HTML.escaped("\u{1}\t") == "\u{fffd}\t")
    let twice: HTML = "\(html)"
    #expect(twice.source == html.source)
  }

  @Test func ticksAreRoundAndInside() {
    let axis = ChartAxis("x", covering: [0, 0.97], room: 0)
    #expect(axis.ticks() == [0, 0.2, 0.4, 0.6000000000000001, 0.8])
    #expect(axis.ticks().map(axis.text) == ["0.0", "0.2", "0.4", "0.6", "0.8"])
    let wide = ChartAxis("x", covering: [-1234, 5678], room: 0)
    #expect(wide.ticks() == [0, 2000, 4000] && wide.text(2000) == "2000")
    // What is not above 0, or beyond all measure, is passed over.
    let powers = ChartAxis(
      "x", .logarithmic, covering: [0.002, 500, 0, -3, 1e-300, 1e300], room: 0)
    #expect(powers.ticks().allSatisfy { $0 >= powers.low && $0 <= powers.high })
    #expect(powers.text(0.01) == "0.01" && powers.text(100) == "100")
    #expect(powers.place(0) == nil && powers.place(.nan) == nil)
    #expect(abs((powers.place(1) ?? 0) - log(1 / 0.002) / log(500 / 0.002)) < 1e-12)
  }

  @Test(arguments: [[], [.nan], [3], [0, 0], [-.infinity, 1e300, -1e300]] as [[Double]])
  func anyValuesMakeAChart(_ values: [Double]) {
    let points = values.enumerated().map { (x: Double($0), y: $1) }
    let chart = Chart(
      title: "t", description: "d", x: ChartAxis("x", covering: points.map(\.x)),
      y: ChartAxis("y", covering: values),
      marks: [
        .line(points, series: 0), .points(points, series: 9), .level(0),
        .bars(points, width: 1, series: 1),
      ])
    let source = chart.svg().source
    #expect(source.hasPrefix("<svg") && source.hasSuffix("</svg>"))
    #expect(!source.contains("nan") && !source.contains("inf"))
    let map = Heatmap(title: "m", description: "d", values: [values]).svg().source
    #expect(map.hasSuffix("</svg>") && !map.contains("nan"))
  }

  @Test func aLineBreaksWhereAValueIsMissing() {
    let chart = Chart(
      title: "t", description: "d", x: ChartAxis("x", covering: [0, 3]),
      y: ChartAxis("y", covering: [0, 1]),
      marks: [.line([(0, 0), (1, 1), (2, .nan), (3, 0)], series: 0)])
    #expect(chart.svg().source.split(separator: "M").count == 3)
  }

  @Test func aPageNeedsNothingFromElsewhere() {
    let page = Page(title: "a <b>", body: "<h1>\("x & y")</h1>").source
    #expect(page.hasPrefix("<!doctype html>") && page.contains("<title>a &lt;b&gt;</title>"))
    #expect(!page.contains("http://") && !page.contains("https://") && !page.contains("src="))
  }
}
