// How the page looks: with what every system has, in light, in the dark, on a phone and on paper. ASCII, without tabs, for what
// prints it (src/cli/plain-io.ts) would change other characters, and the page's policy names the hash of this text.

const COLOURS = `
:root { color-scheme: light dark; --bg: #f6f7f9; --panel: #ffffff; --text: #1b1f24; --soft: #515a66; --line: #c9d0d9; --link: #0b57d0;
  --error: #b3261e; --error-bg: #fdecea; --warning: #7a4b00; --warning-bg: #fff4dd; --possible: #5b4a9e; --possible-bg: #f1eefb;
  --info: #0b5a78; --info-bg: #e8f4f9; --none: #1f6b3a; --code: #eef1f5; }
@media (prefers-color-scheme: dark) { :root { --bg: #14171b; --panel: #1c2026; --text: #e7eaee; --soft: #aab3bf; --line: #3d4550;
  --link: #8ab4f8; --error: #ff9d94; --error-bg: #3a1d1b; --warning: #ffc766; --warning-bg: #352a14; --possible: #c6b8ff;
  --possible-bg: #28233b; --info: #86d0ee; --info-bg: #172d38; --none: #83d39e; --code: #272d35; } }
@media print { :root { color-scheme: light; --bg: #fff; --panel: #fff; --text: #000; --soft: #333; --line: #888; --link: #000;
  --error: #8c1d18; --error-bg: #fff; --warning: #5c3900; --warning-bg: #fff; --possible: #3f3377; --possible-bg: #fff;
  --info: #084a63; --info-bg: #fff; --none: #14502a; --code: #fff; } }
`;

const PAGE = `
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--text); font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
header, main, footer { max-width: 1180px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 24px; }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 4px; }
h2, h3, p, pre, ol, ul, dl { margin: 0; }
a { color: var(--link); }
code, pre { font: 13px/1.45 ui-monospace, monospace; }
code { background: var(--code); border-radius: 4px; padding: 1px 4px; }
button, select, input { font: inherit; color: inherit; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
[hidden] { display: none; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -9999px; }
.skip:focus { position: static; }
.made, .note, .where, .file, .served { color: var(--soft); }
summary { cursor: pointer; }
#tiles { display: flex; flex-wrap: wrap; gap: 10px; margin: 16px 0; }
.tile { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 8px 14px; cursor: pointer; }
.tile strong { font-size: 20px; }
.tile[aria-pressed="true"] { border-color: currentColor; box-shadow: inset 0 0 0 2px currentColor; }
#filters { display: flex; flex-wrap: wrap; gap: 10px; align-items: end; margin: 0 0 6px; }
#filters label { display: grid; gap: 2px; font-size: 13px; color: var(--soft); flex: 1 1 150px; min-width: 0; }
#filters label:first-child { flex: 2 1 240px; }
#filters input, #filters select, #filters button { font-size: 15px; color: var(--text); background: var(--panel);
  border: 1px solid var(--soft); border-radius: 8px; padding: 7px 10px; min-width: 0; width: 100%; height: 40px; }
#filters button { width: auto; cursor: pointer; }
#status { color: var(--soft); margin-bottom: 10px; }
#cards { list-style: none; padding: 0; display: grid; gap: 8px; }
#more { display: block; margin: 14px auto; padding: 9px 18px; border-radius: 8px; border: 1px solid var(--soft); background: var(--panel); cursor: pointer; }
#more[hidden] { display: none; }
footer { color: var(--soft); padding-top: 20px; padding-bottom: 40px; font-size: 13px; }
.error { --own: var(--error); --own-bg: var(--error-bg); }
.warning { --own: var(--warning); --own-bg: var(--warning-bg); }
.possible { --own: var(--possible); --own-bg: var(--possible-bg); }
.info { --own: var(--info); --own-bg: var(--info-bg); }
.none, .unknown { --own: var(--none); --own-bg: var(--panel); }
.mark { color: var(--own); font-weight: 700; }
`;

const CARDS = `
.card { background: var(--panel); border: 1px solid var(--line); border-left: 5px solid var(--own); border-radius: 10px; min-width: 0;
  content-visibility: auto; contain-intrinsic-size: auto 70px; }
.card h2 { font-size: inherit; font-weight: inherit; }
.card h2 button { display: grid; grid-template-columns: 1.2em minmax(0, auto) 1fr; gap: 0 10px; width: 100%; padding: 10px 14px;
  text-align: left; background: none; border: 0; border-radius: 8px; cursor: pointer; }
.card h2 .name { font-weight: 650; }
.card h2 .counts { color: var(--soft); justify-self: end; text-align: right; }
.card h2 .summary { grid-column: 2 / 4; color: var(--soft); display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
.card.open h2 .summary { display: none; }
.card h2 .file { grid-column: 2 / 4; font-size: 13px; }
.card h2 button:focus-visible { outline-offset: -4px; }
.card.open { content-visibility: visible; }
.body { border-top: 1px solid var(--line); padding: 12px 14px 16px; display: grid; gap: 10px; min-width: 0; }
.body section { display: grid; gap: 10px; min-width: 0; border-top: 1px solid var(--line); padding-top: 10px; }
.body h3 { font-size: 15px; }
.finding { border: 1px solid var(--own); border-left-width: 5px; background: var(--own-bg); border-radius: 8px; padding: 9px 12px; display: grid; gap: 5px; min-width: 0; }
.finding .badge { color: var(--own); font-weight: 700; }
.finding .note, .finding .where { color: var(--text); font-size: 13px; }
.finding .deep { font-size: 13px; }
#causes { margin-top: 12px; }
#causes .finding { margin-bottom: 10px; }
.command { display: flex; gap: 8px; align-items: start; min-width: 0; }
.command pre { flex: 1; min-width: 0; white-space: pre-wrap; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 7px 10px; }
.command code { background: none; padding: 0; }
.copy { border: 1px solid var(--soft); background: var(--panel); border-radius: 6px; padding: 4px 10px; cursor: pointer; min-height: 34px; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 2px 14px; }
dt { color: var(--soft); }
dd { margin: 0; }
`;

const CHAIN = `
.chain { list-style: none; padding: 0; display: flex; gap: 26px; align-items: stretch; min-width: 0; }
.link { position: relative; flex: 1 1 0; min-width: 0; border: 1.5px solid var(--line); border-radius: 8px; padding: 7px 10px; display: flex; flex-direction: column; gap: 2px; }
.link:last-child { flex-grow: 1.5; }
.link .kind { font-size: 12px; color: var(--soft); }
.link .value { font-weight: 600; font-size: 14px; }
.link .more { font-size: 13px; color: var(--soft); }
.link .state { font-weight: 700; font-size: 13px; margin-top: auto; padding-top: 3px; color: var(--own); }
.link.error { border: 2.5px solid var(--own); background: var(--own-bg); }
.link.warning, .link.possible { border-color: var(--own); background: var(--own-bg); }
.link.info { border-color: var(--own); }
.link.unknown { border-style: dotted; border-color: var(--soft); }
.link.unknown .state { color: var(--soft); }
.link.cut { border-style: dashed; }
.link.cut:not(.error) .state { color: var(--soft); }
.link + .link::before { content: ""; position: absolute; left: -22px; top: 50%; width: 12px; border-top: 2px solid var(--soft); }
.link + .link::after { content: ""; position: absolute; left: -12px; top: calc(50% - 3px); border: 4px solid transparent; border-left: 7px solid var(--soft); }
.link.cut::before { border-top-style: dotted; border-color: var(--error); }
.link.cut::after { border-left-color: transparent; }
`;

const NARROW = `
@media (max-width: 760px) {
  header, main, footer { padding-left: 12px; padding-right: 12px; }
  .chain { flex-direction: column; gap: 20px; }
  .link + .link::before { left: 22px; top: -19px; width: 0; height: 11px; border-top: 0; border-left: 2px solid var(--soft); }
  .link + .link::after { left: 19px; top: -9px; border: 4px solid transparent; border-top: 7px solid var(--soft); }
  .link.cut::before { border-left-style: dotted; border-color: var(--error); }
  .link.cut::after { border-color: transparent; }
  .command { flex-direction: column; align-items: stretch; }
  .card h2 button { grid-template-columns: 1.2em minmax(0, 1fr); }
  .card h2 .counts, .card h2 .summary, .card h2 .file { grid-column: 2; justify-self: start; text-align: left; }
}
@media print {
  body { font-size: 11px; }
  h1 { font-size: 18px; }
  .tile strong { font-size: 14px; }
  .link .value, .body h3 { font-size: 12px; }
  code, pre, .link .more, .link .kind, .link .state, .finding .note, .finding .where, .card h2 .file, footer { font-size: 10px; }
  header, main, footer { max-width: none; padding: 0; }
  #filters, .skip, .copy, #more, .deep, #again { display: none; }
  .tile { border: 0; padding: 0 12px 0 0; }
  .card { content-visibility: visible; break-inside: auto; }
  .card h2, h3 { break-after: avoid; }
  .chain, .finding { break-inside: avoid; }
}
`;

export const STYLE = [COLOURS, PAGE, CARDS, CHAIN, NARROW].join('').trim();
