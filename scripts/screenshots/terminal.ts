// What a command prints, as a picture of a terminal: text in SVG, so it is sharp, small, and the same on every machine.

const COLUMN = 8.4;
const LINE = 19;
const PADDING = 18;
const BAR = 34;
const COLOURS: Readonly<Record<string, string>> = { '31': '#ff9d94', '33': '#ffc766', '36': '#86d0ee' };

/** @param printed with the colours that the program writes for a terminal */
export function terminalSvg(title: string, printed: string): string {
  const lines = printed.trimEnd().split('\n');
  const columns = Math.max(...lines.map((line) => plainOf(line).length));
  const width = Math.ceil(columns * COLUMN + 2 * PADDING);
  const height = BAR + lines.length * LINE + PADDING;
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
    (fill, at) => `<circle cx="${22 + at * 20}" cy="18" r="6" fill="${fill}"/>`,
  );
  const rows = lines.map((line, at) => row(line, BAR + (at + 1) * LINE - 5)).filter((text) => text !== '');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escapeXml(title)}</title>
<rect width="${width}" height="${height}" rx="10" fill="#14171b"/>
${dots.join('')}
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e7eaee">
${rows.join('\n')}
</g>
</svg>
`;
}

/** Every part is at its column, and is as wide as its characters: another font changes neither. */
function row(line: string, y: number): string {
  const parts = partsOf(line).filter(({ text }) => text.trim() !== '');
  return parts
    .map(({ text, column, code }) => {
      const lead = text.length - text.trimStart().length;
      // What reads SVG draws several spaces as one.
      const shown = text.trim().replaceAll(' ', '\u00a0');
      const x = (PADDING + (column + lead) * COLUMN).toFixed(1);
      const look = code === '1' ? ' font-weight="700"' : code === '' ? '' : ` fill="${COLOURS[code] ?? '#e7eaee'}"`;
      return `<text x="${x}" y="${y}" textLength="${(shown.length * COLUMN).toFixed(1)}"${look}>${escapeXml(shown)}</text>`;
    })
    .join('');
}

interface Part {
  readonly text: string;
  readonly column: number;
  readonly code: string;
}

const SEQUENCE = new RegExp(`${String.fromCharCode(27)}\\[(\\d+)m`);

function partsOf(line: string): readonly Part[] {
  const parts: Part[] = [];
  let column = 0;
  // Text and codes by turns: a code holds until the next one.
  for (const [at, piece] of line.split(SEQUENCE).entries()) {
    if (at % 2 === 1) continue;
    const code = line.split(SEQUENCE)[at - 1] ?? '';
    parts.push({ text: piece, column, code: code === '0' ? '' : code });
    column += piece.length;
  }
  return parts;
}

function plainOf(line: string): string {
  return partsOf(line)
    .map(({ text }) => text)
    .join('');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
