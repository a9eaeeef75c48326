// Whatever files hold, nothing that a command prints acts on a terminal or hides: over every command that reads files, in text and in
// JSON, with and without colour.
import { describe, expect, it } from 'vitest';
import { ingress, service } from '../support/objects.ts';
import { directoryOf, run } from './support.ts';

/** One of each kind: C0, C1, DEL, BEL, direction, isolates, zero width, soft hyphen, line separator. */
const HOSTILE = '\u001b[31m\u001b]0;owned\u0007\u009b2J\u007f\u202e\u2066\u200b\u200d\ufeff\u00ad\u2028\u3164\r\u0008';
const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const COLOURS = new RegExp(`${String.fromCharCode(0x1b)}\\[(?:0|1|3\\d)m`, 'g');

const name = `web${HOSTILE}x`;
const FILES = {
  'objects.json': JSON.stringify([
    ingress({ name, namespace: name, class: 'gce', annotations: { 'kubernetes.io/ingress.allow-http': name } }),
    service({ name, namespace: name, neg: name }),
  ]),
  'broken.yaml': `a: "${HOSTILE}\n  - b: [\n`,
  'facts.yaml': JSON.stringify({
    apiVersion: 'gke-ingress-guard.dev/v1',
    kind: 'ClusterFacts',
    cluster: { project: name, location: name, name },
    httpLoadBalancing: 'disabled',
    version: name,
  }),
  'gcloud.json': JSON.stringify({ name, location: name, selfLink: name, currentMasterVersion: name }),
  'bad-facts.yaml': JSON.stringify({ apiVersion: 'gke-ingress-guard.dev/v1', kind: 'ClusterFacts', [name]: name }),
};

const DOORS: Readonly<Record<string, readonly string[]>> = {
  check: ['check', 'ROOT/objects.json', '--facts', 'ROOT/facts.yaml'],
  'check of a file that cannot be read': ['check', 'ROOT/broken.yaml'],
  'check of a name that there is not': ['check', `ROOT/${name}`],
  explain: ['explain', '--all', '-f', 'ROOT/objects.json', '--facts', 'ROOT/facts.yaml'],
  'explain of a name that there is not': ['explain', `no${name}`, '-f', 'ROOT/objects.json'],
  facts: ['facts', '--facts', 'ROOT/facts.yaml'],
  'facts of a bad file': ['facts', '--facts', 'ROOT/bad-facts.yaml'],
  doctor: ['doctor', '-f', 'ROOT/objects.json', '-n', name, '--name', name],
  'an option that there is not': ['check', `--${name}`],
  'a command that there is not': [name],
};
const JSON_DOORS = ['check', 'explain', 'facts', 'doctor'];

async function printed(words: readonly string[], hasColour: boolean): Promise<string> {
  const root = directoryOf(FILES);
  const { out, err } = await run(
    words.map((word) => word.replace('ROOT', root)),
    { hasColour },
  );
  return out + err;
}

const withoutOwn = (text: string): string => text.replaceAll('\n', '');

describe('nothing acts on a terminal that comes from', () => {
  it.each(Object.keys(DOORS))('%s', async (door) => {
    const text = await printed(DOORS[door] ?? [], false);
    expect(text).not.toBe('');
    expect(withoutOwn(text)).not.toMatch(ACTING);
  });

  it.each(Object.keys(DOORS))('%s, in colour', async (door) => {
    const text = await printed(DOORS[door] ?? [], true);
    expect(withoutOwn(text).replaceAll(COLOURS, '')).not.toMatch(ACTING);
    // The object's own colour is none.
    expect(text).not.toMatch(/web[^\P{Cc}\n]/u);
  });

  it.each(JSON_DOORS)('%s --format json, which still says the same', async (door) => {
    const text = await printed([...(DOORS[door] ?? []), '--format', 'json'], false);
    expect(withoutOwn(text)).not.toMatch(ACTING);
    expect(JSON.stringify(JSON.parse(text))).toContain(JSON.stringify(name).slice(1, -1));
  });

  it('facts --from', async () => {
    const text = await printed(['facts', '--from', 'ROOT/gcloud.json'], false);
    expect(withoutOwn(text)).not.toMatch(ACTING);
  });
});
