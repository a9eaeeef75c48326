// A flame picture: each call as wide as the share of the time that it was on the stack, above its caller.
import type { Call, Layer } from './stacks.ts';

const WIDTH = 1200;
const ROW = 17;
/** Of the whole; what is narrower has no room for a letter. */
const LEAST_SHARE = 0.004;
const LETTER = 6.2;
const LEGEND = 30;

const LAYERS: Readonly<Record<Layer, { readonly words: string; readonly fill: string }>> = {
  node: { words: 'Node.js: HTTP, TLS, streams, timers', fill: '#b8bec6' },
  express: { words: 'express', fill: '#8ab4f8' },
  edge: { words: 'src/server, src/cli', fill: '#fbbc04' },
  judging: { words: 'reading, planning, judging', fill: '#81c995' },
  library: { words: 'other libraries: log, metrics, schema', fill: '#d7aefb' },
  collector: { words: 'garbage collection', fill: '#f28b82' },
};

export function pictureOf(root: Call): string {
  const rows = depthOf(root, root.micros);
  const height = rows * ROW + LEGEND;
  const parts: string[] = [];
  const draw = (call: Call, x: number, row: number): void => {
    const width = (call.micros / root.micros) * WIDTH;
    const y = height - LEGEND - (row + 1) * ROW;
    const share = ((call.micros / root.micros) * 100).toFixed(1);
    const room = Math.floor((width - 4) / LETTER);
    const words = room < 3 ? '' : call.name.length <= room ? call.name : `${call.name.slice(0, room - 1)}…`;
    parts.push(
      `<g><title>${escapeXml(call.name)}: ${share} %</title>` +
        `<rect x="${x.toFixed(1)}" y="${y}" width="${Math.max(0.5, width - 0.5).toFixed(1)}" height="${ROW - 1}" fill="${LAYERS[call.layer].fill}"/>` +
        (words === '' ? '' : `<text x="${(x + 2).toFixed(1)}" y="${y + 12}">${escapeXml(words)}</text>`) +
        '</g>',
    );
    let at = x;
    for (const child of call.calls) {
      if (child.micros < root.micros * LEAST_SHARE) continue;
      draw(child, at, row + 1);
      at += (child.micros / root.micros) * WIDTH;
    }
  };
  draw(root, 0, 0);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Where the time of a review goes">
<style>text{font:10.5px sans-serif;fill:#202124}</style>
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
${parts.join('\n')}
${legend(height)}
</svg>
`;
}

function legend(height: number): string {
  let x = 0;
  return Object.values(LAYERS)
    .map(({ words, fill }) => {
      const part = `<rect x="${x}" y="${height - 20}" width="12" height="12" fill="${fill}"/><text x="${x + 16}" y="${height - 10}">${escapeXml(words)}</text>`;
      x += 34 + Math.round(words.length * LETTER);
      return part;
    })
    .join('\n');
}

function depthOf(call: Call, whole: number): number {
  const depths = call.calls.filter(({ micros }) => micros >= whole * LEAST_SHARE).map((child) => depthOf(child, whole));
  return 1 + Math.max(0, ...depths);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
