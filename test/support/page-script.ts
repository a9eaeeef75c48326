// The script of the page from its source in TypeScript: types taken away, modules put into one. test/html compares the generated
// file with it.
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

/** In a template. */
const TICK = `\${'\`'}`;
const HOLE = `\${'$'}{`;

/** In an order in which each finds what it needs. */
const FILES = ['dom', 'words', 'filter', 'chain', 'card', 'list', 'start'];

export const SCRIPT_FILE = 'src/report/html/script.ts';

export function generateScript(): string {
  const parts = FILES.map((name) => {
    const url = new URL(`../../src/report/html/browser/${name}.ts`, import.meta.url);
    const plain = stripTypeScriptTypes(readFileSync(url, 'utf8'))
      .replaceAll(/^import [^;]*;$/gm, '')
      .replaceAll(/^export /gm, '')
      .replaceAll(/^ *(?:\/\/|\/\*\*).*$/gm, '')
      .replaceAll(/[ ]+$/gm, '');
    return plain
      .split('\n')
      .filter((line) => line.trim() !== '')
      .join('\n');
  });
  // What prints the page would change other characters, and its policy names the hash of this text.
  const escaped = parts
    .join('\n')
    .replaceAll(/[^\n -~]/g, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
  if (/<\/script|<!--/i.test(escaped)) throw new Error('the script would end itself');
  return `// Written by npm run fix from browser/*.ts; do not edit.

export const SCRIPT = String.raw\`(() => {
'use strict';
${escaped.replaceAll(/`|\$\{/g, (found) => (found === '`' ? TICK : HOLE))}
})();
\`;
`;
}
