// A file is replaced whole or not at all, and never over somebody else's change.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { refuseToWrite, replaceFile } from './writable.ts';

function directory(): string {
  const root = mkdtempSync(join(tmpdir(), 'guard-write-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

it('the new text takes the place of the old one, with its mode, and nothing is left beside it', () => {
  const root = directory();
  const file = join(root, 'a.yaml');
  writeFileSync(file, 'before\n');
  chmodSync(file, 0o664);
  replaceFile(file, Buffer.from('before\n'), Buffer.from('after\n'));
  expect(readFileSync(file, 'utf8')).toBe('after\n');
  expect(statSync(file).mode & 0o7777).toBe(0o664);
  expect(readdirSync(root)).toEqual(['a.yaml']);
});

it('a file that somebody has changed in the meantime stays theirs', () => {
  const root = directory();
  const file = join(root, 'a.yaml');
  writeFileSync(file, 'theirs\n');
  expect(() => replaceFile(file, Buffer.from('before\n'), Buffer.from('after\n'))).toThrow('changed by somebody else');
  expect(readFileSync(file, 'utf8')).toBe('theirs\n');
  expect(readdirSync(root)).toEqual(['a.yaml']);
});

it('what lies outside of the directory that was given is left alone', () => {
  const root = directory();
  mkdirSync(join(root, 'in'));
  mkdirSync(join(root, 'out'));
  writeFileSync(join(root, 'out/a.yaml'), '');
  symlinkSync(join(root, 'out'), join(root, 'in/link'));
  expect(refuseToWrite(join(root, 'in/link/a.yaml'), [join(root, 'in')])).toBe('its file lies elsewhere');
  expect(refuseToWrite(join(root, 'out/a.yaml'), [root])).toBeUndefined();
  expect(refuseToWrite(join(root, 'none.yaml'), [root])).toContain('no such file');
});
