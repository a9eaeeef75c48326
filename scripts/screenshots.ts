// `npm run screenshots`: the pictures of the README, taken anew. The report is made from files of this repository and opened in a
// real Chromium.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromiumPath, launch } from '../test/browser/chromium.ts';
import { withFewColours } from './screenshots/png.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const VIEW = { width: 1180, height: 1000 };
const OBJECTS = ['-f', 'examples', '-f', 'test/corpus/C07-app-protocols-invalid'];

function run(...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...words], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1e9,
    env: { ...process.env, UPDATE_PAGES: '1' },
  });
  // 1 says that something was found.
  if (status !== 0 && status !== 1) throw new Error(stderr);
  return stdout;
}

const path = chromiumPath();
if (path === undefined) throw new Error("There is no chromium. Install Debian's package, or name one in CHROMIUM.");
const directory = mkdtempSync(join(tmpdir(), 'guard-report-'));
const browser = await launch(path);
try {
  const report = join(directory, 'ingresses.html');
  const facts = ['--facts', 'examples/addon-on.yaml', '--complete'];
  writeFileSync(report, run('src/main.ts', 'explain', '--all', ...OBJECTS, ...facts, '-o', 'html'));
  const page = await browser.newPage({ viewport: VIEW, colorScheme: 'light' });
  await page.goto(`${pathToFileURL(report)}#open=argocd/argocd-server`);
  await page.evaluate('document.activeElement.blur(); scrollTo(0, 0)');
  writeFileSync(join(ROOT, 'docs/images/report.png'), withFewColours(await page.screenshot()));
} finally {
  await browser.close();
  rmSync(directory, { recursive: true });
}
run('node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', 'test/screenshots.test.ts');
