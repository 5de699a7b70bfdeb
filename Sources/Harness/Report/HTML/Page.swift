/// A whole page in one file: it needs nothing from elsewhere, follows the reader's light or dark
/// setting, and prints.
struct Page {
  var title: String
  var body: HTML
  /// Added to the style all pages share.
  var style = ""
  var script = ""

  var source: String {
    // Style and script are ours and hold no text of others.
    let head = HTML(
      markup: "<style>\(Self.style)\(style)</style>")
    let tail = script.isEmpty ? HTML(markup: "") : HTML(markup: "<script>\(script)</script>")
    let page: HTML = """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(title)</title>
      \(head)</head>
      <body><main>\(body)</main>\(tail)</body></html>

      """
    return page.source
  }

  /// Series colours are those of Okabe and Ito (2008), which colour-blind readers can tell apart.
  static let style = """
    :root{color-scheme:light dark;--ink:#1b1f24;--soft:#5b6470;--line:#d5dae1;--ground:#fff;\
    --raised:#f5f7f9;--accent:#0b62a8;--s0:#0072b2;--s1:#d55e00;--s2:#009e73;--s3:#cc79a7;\
    --s4:#b58900;--s5:#56b4e9;--s6:#7a5195;--s7:#6b6b6b;--good:#0a7a4b;--bad:#b3261e;\
    --low:#2166ac;--mid:#f7f7f7;--high:#b2182b;--shade:#8a6d3b26}
    @media screen and (prefers-color-scheme:dark){:root{--ink:#e7eaee;--soft:#a3adba;--line:#363d47;\
    --ground:#14171b;--raised:#1c2127;--accent:#6db3f2;--s0:#4aa3df;--s1:#ff8c42;--s2:#2fc79a;\
    --s3:#e6a3c8;--s4:#e0bb3c;--s5:#8fd0f7;--s6:#b794d6;--s7:#b0b0b0;--good:#4cc38a;--bad:#ff7a70;\
    --low:#4a90d0;--mid:#2a2f36;--high:#d0505c;--shade:#d8b36a26}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--ground);color:var(--ink);\
    font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
    main{max-width:1120px;margin:0 auto;padding:1.5rem 1rem 4rem}
    h1{font-size:1.6rem;line-height:1.2;margin:0 0 .25rem}h2{font-size:1.2rem;margin:2.2rem 0 .5rem}
    h3{font-size:1rem;margin:1.2rem 0 .3rem}p{margin:.4rem 0;max-width:75ch}
    .soft{color:var(--soft)}.number{text-align:right;font-variant-numeric:tabular-nums}
    .scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.88rem;width:100%}
    th,td{padding:.3rem .6rem;border-bottom:1px solid var(--line);text-align:left;\
    white-space:nowrap;vertical-align:middle}
    th{color:var(--soft);font-weight:600;background:var(--raised)}
    th.number,td.number{text-align:right}caption{text-align:left;white-space:normal;max-width:100ch;color:var(--soft);padding:.3rem 0}
    figure{margin:0}figcaption{color:var(--soft);font-size:.85rem}
    .grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,330px),1fr));gap:1.2rem}
    svg{width:100%;height:auto;display:block}svg text{fill:var(--soft);font-size:11px}
    svg .axis{stroke:var(--line);fill:none}svg .rule{stroke:var(--soft);stroke-dasharray:4 3}
    code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.85em}
    details{margin:.6rem 0}summary{cursor:pointer;color:var(--accent)}
    @media print{main{max-width:none;padding:0}h2{break-after:avoid}figure,tr{break-inside:avoid}\
    .scroll{overflow:visible}}
    """
}
