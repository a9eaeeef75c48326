// The pictures of the README: the one of `explain` is what it prints today, and both are small.
import { readFileSync, statSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { decode, withFewColours } from '../scripts/screenshots/png.ts';
import { terminalSvg } from '../scripts/screenshots/terminal.ts';
import { run } from './cli/support.ts';
import { expectPage } from './support/page.ts';

const FILES = ['ingress', 'service', 'server'].flatMap((name) => ['-f', `examples/argocd-${name}.yaml`]);

it('shows what explain prints (npm run screenshots writes it)', async () => {
  const { out } = await run(['explain', 'argocd-server', ...FILES, '--facts', 'examples/addon-on.yaml'], {
    hasColour: true,
  });
  const title =
    'explain: the load balancer that GKE would build for Ingress argocd-server, and the check that it fails';
  expectPage('docs/images/explain.svg', terminalSvg(title, out));
});

it('draws a line with its colours, each part at its column', () => {
  const svg = terminalSvg('a & b', '\u001b[1mhost <x>\u001b[0m\n  \u001b[31m✗\u001b[0m error');
  expect(svg).toContain('<title>a &amp; b</title>');
  expect(svg).toContain('font-weight="700">host\u00a0&lt;x&gt;</text>');
  expect(svg).toMatch(
    /<text x="34.8" y="\d+" textLength="8.4" fill="#ff9d94">✗<\/text><text x="51.6" [^>]*>error<\/text>/,
  );
});

it.each(['explain.svg', 'report.png'])('is small: %s', (name) => {
  const file = new URL(`../docs/images/${name}`, import.meta.url);
  expect(statSync(file).size).toBeLessThan(100_000);
  expect(readFileSync(file).subarray(0, 4).toString('latin1')).toMatch(name.endsWith('.png') ? /^\x89PNG$/ : /^<svg$/);
});

/** A picture whose rows are filtered in each of the five ways, all with the same bytes in them. */
function png(width: number, rows: readonly (readonly number[])[]): Buffer {
  const part = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.from([0, 0, 0, width, 0, 0, 0, rows.length, 8, 2, 0, 0, 0]);
  const data = deflateSync(Buffer.from(rows.flat()));
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, part('IHDR', header), part('IDAT', data), part('IEND', Buffer.alloc(0))]);
}

it('reads a picture in each of its filters', () => {
  const rows = [0, 1, 2, 3, 4].map((filter) => [filter, 10, 20, 30, 1, 2, 3]);
  const { width, height, rgb } = decode(png(2, rows));
  expect([width, height]).toEqual([2, 5]);
  expect([...rgb]).toEqual(
    [
      [10, 20, 30, 1, 2, 3],
      [10, 20, 30, 11, 22, 33],
      [20, 40, 60, 12, 24, 36],
      [20, 40, 60, 17, 34, 51],
      [30, 60, 90, 31, 62, 93],
    ].flat(),
  );
});

it('keeps few colours as they are, and refuses what is no screenshot', () => {
  const small = withFewColours(
    png(1, [
      [0, 255, 0, 0],
      [0, 0, 0, 255],
    ]),
  );
  expect(small.subarray(small.indexOf('PLTE') + 4, small.indexOf('PLTE') + 10)).toEqual(
    Buffer.from([255, 0, 0, 0, 0, 255]),
  );
  expect(() => decode(small)).toThrow('not the PNG of a screenshot');
});
