extension ReportPage {
  static let style = """
    main{max-width:1180px}th,td{padding:.3rem .42rem}.summary{border-left:3px solid var(--accent);padding:.1rem 0 .1rem 1rem;\
    margin:.8rem 0}.summary p{max-width:115ch;margin:.2rem 0}header p{max-width:none}nav{display:flex;flex-wrap:wrap;gap:.15rem 1rem;\
    font-size:.85rem;margin:.6rem 0 0;padding:.4rem 0;border-block:1px solid var(--line)}\
    nav a{color:var(--accent);text-decoration:none}nav a:hover{text-decoration:underline}\
    nav+section h2{margin-top:1rem}\
    .yardstick th,.yardstick td{color:var(--soft)}td svg{width:170px;min-width:120px}\
    .facts th{width:9rem}.facts td{white-space:normal;overflow-wrap:anywhere}\
    abbr{text-decoration:none}table strong{color:var(--ink)}\
    .sortable button{all:unset;cursor:pointer;font:inherit;color:inherit;white-space:nowrap}\
    .scroll tbody th{position:sticky;left:0}\
    .sortable button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}\
    th[aria-sort]{color:var(--accent)}th[aria-sort=descending] button::after{content:" ▾"}\
    th[aria-sort=ascending] button::after{content:" ▴"}\
    tbody tr:not(.yardstick)>th{color:var(--ink)}thead th{white-space:normal;vertical-align:bottom}tbody th{white-space:nowrap}\
    .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,310px),1fr));gap:1rem}\
    .verdicts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,310px),1fr));gap:.2rem 1rem;\
    list-style:none;padding:0;margin:.4rem 0 .2rem}.verdicts a{font-weight:600;color:inherit}\
    pre{font:.78rem/1.35 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre-wrap;\
    overflow-wrap:anywhere;background:var(--raised);padding:.6rem .8rem;margin:.4rem 0}\
    .card{border:1px solid var(--line);border-radius:8px;padding:.7rem .9rem;background:var(--raised)}\
    .card h3{margin:0}.card p{margin:.3rem 0 .5rem}.card th,.card td{border:0;padding:.12rem .4rem .12rem 0;\
    background:none}.card td svg{width:120px;min-width:90px}\
    figcaption{max-width:110ch;margin:.4rem 0}.grid{margin:.6rem 0}.wide{min-width:620px}\
    .problems{padding-left:1.2rem}.problems li{overflow-wrap:anywhere}\
    svg .zero{stroke:var(--soft);opacity:.55}svg .rank{stroke:var(--soft);fill:none;stroke-width:1}\
    @media print{nav{display:none}.wide{min-width:0}table{font-size:.68rem}\
    th,td{padding:.14rem .3rem}td svg{width:100px;min-width:70px}.sortable button{white-space:normal}.card{break-inside:avoid}\
    .sortable button::after{content:none!important}}
    """

  /// Sorts by the clicked column: by `data-v` where there is one, else by text; no value comes last.
  static let sorting = """
    for(const t of document.querySelectorAll("table.sortable")){const h=[...t.tHead.rows[0].cells];\
    h.forEach((c,i)=>{const a=c.querySelector("button");if(!a)return;a.onclick=()=>{\
    const d=c.getAttribute("aria-sort")==="descending"?1:-1;h.forEach(o=>o.removeAttribute("aria-sort"));\
    c.setAttribute("aria-sort",d<0?"descending":"ascending");const b=t.tBodies[0];\
    const k=r=>{const e=r.cells[i],v=e.dataset.v;return v!==undefined?+v:e.textContent.trim()};\
    [...b.rows].sort((x,y)=>{const p=k(x),q=k(y),m=v=>v==="–";if(m(p)||m(q))return m(p)-m(q);\
    return d*(typeof p==="number"&&typeof q==="number"?p-q:String(p).localeCompare(String(q)))})\
    .forEach(r=>b.append(r))}})}
    """

  /// What is folded away on a screen is printed.
  static let printing = """
    addEventListener("beforeprint",()=>document.querySelectorAll("details").forEach(d=>{d.open=true}))
    """
}
