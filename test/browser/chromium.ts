// A real Chromium: the one of this machine, else Debian's, which root can install. Without one the tests are skipped on a
// developer's machine, and fail in CI.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

function findChromium(): string | undefined {
  const given = process.env['CHROMIUM'];
  if (given !== undefined) return given;
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  return directories.flatMap((directory) => NAMES.map((name) => join(directory, name))).find(existsSync);
}

function install(): void {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  process.stderr.write('installing chromium with apt-get …\n');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const words of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', 'chromium'],
  ])
    spawnSync('apt-get', words, { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** @returns where Chromium is; undefined where there is none, and nobody asks for more than a developer's machine has */
export function chromiumPath(): string | undefined {
  if (findChromium() === undefined) install();
  const found = findChromium();
  if (found === undefined && process.env['CI'] !== undefined)
    throw new Error("There is no chromium. Install Debian's package, or name one in CHROMIUM.");
  return found;
}

export function launch(executablePath: string): Promise<Browser> {
  // Root may not have the sandbox; the pages are our own.
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}
