// Every command that a person may paste from doctor, facts and explain runs as it is meant, whatever an installation, a cluster or
// an Ingress is called. The rules' commands are run by the tests of the rules.
import { describe, expect, it } from 'vitest';
import { type Diagnosis, diagnose } from '../src/doctor/check.ts';
import { commandsOf, fixInWords } from '../src/doctor/fix.ts';
import { fromManifests } from '../src/doctor/from-manifests.ts';
import { CHECKS } from '../src/doctor/index.ts';
import type { Installation } from '../src/doctor/installation.ts';
import { lookAtIssuer } from '../src/doctor/issuer.ts';
import { wrapCommand } from '../src/report/explain-wrap.ts';
import { type Command, shellCommand } from '../src/shell-quote.ts';
import { directoryOf, run } from './cli/support.ts';
import { DOCTOR_CASES } from './support/doctor-cases.ts';
import { expectations, goodWorld } from './support/good-installation.ts';
import { ingress } from './support/objects.ts';
import { HOSTILE_NAMES, optionsOf, renameIn, runPrinted } from './support/run-printed.ts';

const NAMES = new Set(['gke-ingress-guard', 'gke-ingress-guard-tls', 'case', 'serving', 'my-project', 'prod', 'guard']);

/** All that is in two names: a diagnosis of everything takes its time, and quoting is tested word by word elsewhere. */
const TWO_NAMES = [HOSTILE_NAMES.filter((name) => !name.startsWith('-')).join(' '), '--kubeconfig=/tmp/evil'];

/** What was not looked at stays as it is: its commands are the guard's own. */
function renamed(installation: Installation, name: string): Installation {
  const looks = Object.entries(installation).map(([key, look]) => {
    const isUnseen = typeof look === 'object' && 'seen' in look && !look.seen;
    return [key, isUnseen ? look : renameIn<unknown>(look, NAMES, name)];
  });
  return Object.fromEntries(looks) as Installation;
}

/** What the doctor says where one thing is broken and everything is called so. */
async function diagnoses(
  breakIt: (typeof DOCTOR_CASES)[number]['breakIt'],
  name?: string,
): Promise<readonly Diagnosis[]> {
  const world = await goodWorld();
  await breakIt(world);
  const installation = world.installation();
  const called = name === undefined ? installation : renamed(installation, name);
  return diagnose(CHECKS, called, expectations());
}

describe('the commands of the doctor', () => {
  it.each(DOCTOR_CASES)('run as they are meant for $check: $name', async ({ breakIt }) => {
    const plain = await diagnoses(breakIt);
    const known = new Set(plain.flatMap(({ commands }) => commands.flatMap(optionsOf)));
    const all: Command[] = plain.flatMap(({ commands }) => commands);
    for (const name of TWO_NAMES) {
      for (const { fix, commands, id } of await diagnoses(breakIt, name)) {
        for (const command of commands) expect(fix, id).toContain(shellCommand(command));
        // Another name can bring another finding, so only what begins as the name does is an option too many.
        const options = commands.flatMap(optionsOf).filter((option) => name.startsWith(option) && !known.has(option));
        expect(options, `${id} ${name}`).toEqual([]);
        all.push(...commands);
      }
    }
    expect(runPrinted(all.map(shellCommand).join('\n'))).toEqual(all);
  });

  it('run so where manifests do not tell', () => {
    for (const name of HOSTILE_NAMES) {
      const installation = fromManifests([], { namespace: name, name }, expectations(), 0);
      const commands = Object.values(installation).flatMap((look) =>
        typeof look === 'object' && 'seen' in look && !look.seen ? commandsOf(look.command) : [],
      );
      expect(commands.length).toBeGreaterThan(5);
      expect(runPrinted(commands.map(shellCommand).join('\n'))).toEqual(commands);
      expect(new Set(commands.flatMap(optionsOf))).toEqual(new Set(['-n']));
    }
  });

  it('run so in the one that hands a result on', async () => {
    const { validating, ...rest } = (await goodWorld()).installation();
    for (const name of HOSTILE_NAMES) {
      const installation = renameIn({ ...rest, validating }, NAMES, name);
      if (!installation.validating.seen) throw new TypeError('there is no webhook to look at');
      const fix = lookAtIssuer(installation, installation.validating.value ?? {});
      const ran = runPrinted(fixInWords(fix));
      const [get = [], patch = []] = commandsOf(fix);
      expect(ran).toEqual([
        get,
        [...patch, '-p', '[{"op":"add","path":"/webhooks/0/clientConfig/caBundle","value":""}]'],
      ]);
    }
  });
});

describe('the commands of facts', () => {
  it.each(HOSTILE_NAMES)('run as they are meant for a cluster called %j', async (name) => {
    const file = directoryOf({
      'facts.yaml': JSON.stringify({
        apiVersion: 'gke-ingress-guard.dev/v1',
        kind: 'ClusterFacts',
        cluster: { project: name, location: name, name },
        httpLoadBalancing: 'disabled',
        networkPolicy: false,
      }),
    });
    const { code, out } = await run(['facts', '--facts', `${file}/facts.yaml`]);
    expect(code).toBe(0);
    const printed = out.split('\n').flatMap((line) => /^\s+(?:look it up|change):\s+(.*)$/.exec(line)?.[1] ?? []);
    const ran = runPrinted(printed.join('\n'));
    expect(ran.length).toBeGreaterThan(printed.length);
    for (const [program, , , , cluster, ...flags] of ran) {
      expect([program, cluster]).toEqual(['gcloud', name.startsWith('-') ? 'NAME' : name]);
      expect(flags.slice(0, 2)).toEqual([`--location=${name}`, `--project=${name}`]);
    }
  });
});

describe('the commands of explain', () => {
  it.each(HOSTILE_NAMES)('run as they are meant for a cluster called %j', async (name) => {
    const root = directoryOf({
      'web.yaml': JSON.stringify(ingress({ class: 'gce' })),
      'facts.yaml': JSON.stringify({
        apiVersion: 'gke-ingress-guard.dev/v1',
        kind: 'ClusterFacts',
        cluster: { project: name, location: name, name },
        httpLoadBalancing: 'disabled',
      }),
    });
    const { out } = await run(['explain', '-f', `${root}/web.yaml`, '--facts', `${root}/facts.yaml`]);
    const printed = /Fix: Run ((?:.*\\\n)*.*)\n/.exec(out)?.[1] ?? '';
    expect(runPrinted(printed)).toEqual([
      [
        ...['gcloud', 'container', 'clusters', 'update', name.startsWith('-') ? 'NAME' : name],
        ...[`--location=${name}`, `--project=${name}`, '--update-addons=HttpLoadBalancing=ENABLED'],
      ],
    ]);
  });

  it('run as they are meant when they are broken into lines', () => {
    for (const name of HOSTILE_NAMES) {
      const command = ['kubectl', ...Array.from({ length: 12 }, (_, index) => `${name} ${index}`)];
      const lines = wrapCommand('', shellCommand(command), 4);
      expect(lines.length).toBeGreaterThan(1);
      expect(runPrinted(lines.join('\n'))).toEqual([command]);
    }
  });
});
