// The figures as a table of Markdown, and throughput as a picture.

export interface Figures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly answers: number;
  readonly bad: number;
  /** Of the server's process, user and system, in microseconds a request. */
  readonly cpuMicros: number;
}

/** What one server did with one case on so many connections, round by round. */
export interface Measured {
  readonly server: string;
  readonly caseId: string;
  readonly connections: number;
  readonly rounds: readonly Figures[];
}

export interface Ratio {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/** Round by round, since only what ran side by side is to be compared. */
export function ratioOf(one: Measured, base: Measured): Ratio {
  const ratios = one.rounds.map(({ perSecond }, at) => perSecond / (base.rounds[at]?.perSecond ?? Number.NaN));
  return { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
}

export function tableOf(all: readonly Measured[], base: string): string {
  const header = ['server', 'requests a second', `of ${base}`, 'p50 ms', 'p99 ms', 'CPU µs a request'];
  const rows = all.map((one) => {
    const bare = all.find(({ server }) => server === base);
    const of = (pick: (figures: Figures) => number): number => median(one.rounds.map(pick));
    const ratio = bare === undefined ? undefined : ratioOf(one, bare);
    return [
      one.server,
      Math.round(of(({ perSecond }) => perSecond)).toLocaleString('en'),
      ratio === undefined ? '' : `${ratio.median.toFixed(2)} (${ratio.least.toFixed(2)} to ${ratio.most.toFixed(2)})`,
      of(({ p50Ms }) => p50Ms).toFixed(2),
      of(({ p99Ms }) => p99Ms).toFixed(2),
      of(({ cpuMicros }) => cpuMicros).toFixed(0),
    ];
  });
  return [header, header.map((_, at) => (at === 0 ? '---' : '--:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

const BAR = { height: 18, gap: 6, left: 190, width: 420, right: 90 } as const;

/** Bars of requests a second, one group for each case. */
export function pictureOf(groups: readonly { readonly title: string; readonly all: readonly Measured[] }[]): string {
  const parts: string[] = [];
  let y = 10;
  for (const { title, all } of groups) {
    parts.push(`<text x="0" y="${y + 14}" class="title">${escapeXml(title)}</text>`);
    y += 26;
    const figures = all.map(({ rounds }) => median(rounds.map(({ perSecond }) => perSecond)));
    const most = Math.max(...figures);
    for (const [at, { server }] of all.entries()) {
      const value = figures[at] ?? 0;
      const width = Math.round((BAR.width * value) / most);
      const text = y + BAR.height - 5;
      parts.push(
        `<text x="${BAR.left - 8}" y="${text}" text-anchor="end">${escapeXml(server)}</text>`,
        `<rect x="${BAR.left}" y="${y}" width="${width}" height="${BAR.height}" class="${server === OURS ? 'ours' : 'other'}"/>`,
        `<text x="${BAR.left + width + 6}" y="${text}">${Math.round(value).toLocaleString('en')}</text>`,
      );
      y += BAR.height + BAR.gap;
    }
    y += 12;
  }
  const width = BAR.left + BAR.width + BAR.right;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}" height="${y}" role="img" aria-label="Requests a second">
<style>text{font:12px sans-serif;fill:#333}.title{font-weight:bold}.ours{fill:#1a73e8}.other{fill:#9aa0a6}@media(prefers-color-scheme:dark){text{fill:#ddd}}</style>
${parts.join('\n')}
</svg>
`;
}

export const OURS = 'gke-ingress-guard';

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
