import { describe, expect, it } from 'vitest';
import { parsed } from '../../test/support/corridor.ts';
import { configMap, deployment, type RawObject } from '../../test/support/objects.ts';
import type { Workload } from '../kubernetes/objects.ts';
import { createSnapshot } from '../snapshot/snapshot.ts';
import { readSetting, type SettingSource, type SettingState } from './app-settings.ts';
import { wordsOf } from './programs.ts';

const ON: SettingState = { state: 'on', by: '' };
const OFF: SettingState = { state: 'off' };
const unknown = (where: string): SettingState => ({ state: 'unknown', where });

function containerOf(raw: RawObject): Workload['containers'][number] {
  // A Deployment parses into a workload.
  const [container] = (parsed(deployment({ container: raw })) as Workload).containers;
  if (container === undefined) throw new TypeError('the workload has a container');
  return container;
}

function read(sources: readonly SettingSource[], raw: RawObject, neighbours: readonly RawObject[] = []): SettingState {
  const state = readSetting(sources, containerOf(raw), 'shop', createSnapshot(neighbours.map(parsed), 'listed'));
  return state.state === 'on' ? ON : state;
}

const FLAG: SettingSource = { flag: '--plain', oneOf: ['true', 'True', '1'] };
const VALUE: SettingSource = { flag: '--prefix', isNotEmpty: true };
const ENV: SettingSource = { env: 'PLAIN', equalsIgnoreCase: 'true' };
const EXACT: SettingSource = { env: 'PLAIN', equals: 'yes' };

describe('a setting by a flag', () => {
  it.each<[readonly string[], SettingState]>([
    [['--plain'], ON],
    [['--plain=true'], ON],
    [['--plain=1'], ON],
    [['--plain=false'], OFF],
    [['--plain='], OFF],
    [['--plain', 'false'], ON], // a boolean flag of Go takes no word after it
    [['--plain=false', '--plain'], ON],
    [['--plain', '--plain=false'], OFF],
    [['--plainer'], OFF],
    [['-plain'], OFF],
    [[], OFF],
  ])('alone is true, and the last one decides: %j', (args, expected) => {
    expect(read([FLAG], { args })).toEqual(expected);
  });

  it.each<[readonly string[], SettingState]>([
    [['--prefix', '/x'], ON],
    [['--prefix=/x'], ON],
    [['--prefix', ''], OFF],
    [['--prefix='], OFF],
    [['--prefix'], OFF],
  ])('that takes a value is on where the value is not empty: %j', (args, expected) => {
    expect(read([VALUE], { args })).toEqual(expected);
  });

  it('counts in command as in args, and in a script', () => {
    expect(read([FLAG], { command: ['app', '--plain'] })).toEqual(ON);
    expect(read([FLAG], { command: ['sh', '-c', "cd /x && exec app '--plain'"] })).toEqual(ON);
    expect(read([FLAG], { command: ['sh', '-c', 'app \\\n  --plain \\\n  --x'] })).toEqual(ON);
  });

  it('may stand in a variable', () => {
    const args = ['--plain=$(WANTED)'];
    expect(read([FLAG], { args, env: [{ name: 'WANTED', value: 'true' }] })).toEqual(ON);
    expect(read([FLAG], { args, env: [{ name: 'WANTED', value: 'false' }] })).toEqual(OFF);
    expect(read([FLAG], { args })).toEqual(OFF);
    expect(read([FLAG], { args, env: [{ name: 'WANTED', valueFrom: { fieldRef: { fieldPath: 'x' } } }] })).toEqual(
      unknown('the source of WANTED turns it on'),
    );
  });
});

describe('a setting by the environment', () => {
  it('is compared as the app compares it', () => {
    expect(read([ENV], { env: [{ name: 'PLAIN', value: 'TrUe' }] })).toEqual(ON);
    expect(read([ENV], { env: [{ name: 'PLAIN', value: '1' }] })).toEqual(OFF);
    expect(read([EXACT], { env: [{ name: 'PLAIN', value: 'yes' }] })).toEqual(ON);
    expect(read([EXACT], { env: [{ name: 'PLAIN', value: 'Yes' }] })).toEqual(OFF);
    expect(read([ENV], {})).toEqual(OFF);
  });

  it('has the last value of a name given twice', () => {
    const env = [
      { name: 'PLAIN', value: 'true' },
      { name: 'PLAIN', value: 'false' },
    ];
    expect(read([ENV], { env })).toEqual(OFF);
  });

  it('comes from a ConfigMap where that is known', () => {
    const env = [{ name: 'PLAIN', valueFrom: { configMapKeyRef: { name: 'app', key: 'plain' } } }];
    expect(read([ENV], { env }, [configMap({ name: 'app', data: { plain: 'true' } })])).toEqual(ON);
    expect(read([ENV], { env }, [configMap({ name: 'app', data: { other: 'true' } })])).toEqual(OFF);
    expect(read([ENV], { env }, [configMap({ name: 'other' })])).toEqual(OFF);
    expect(read([ENV], { env }, [configMap({ name: 'app', namespace: 'else', data: { plain: 'true' } })])).toEqual(
      unknown('ConfigMap "app" sets plain'),
    );
    expect(read([ENV], { env })).toEqual(unknown('ConfigMap "app" sets plain'));
  });

  it('of envFrom counts where env has no such name, the last source first', () => {
    const envFrom = [{ configMapRef: { name: 'first' } }, { configMapRef: { name: 'second' } }];
    const first = configMap({ name: 'first', data: { PLAIN: 'true' } });
    expect(read([ENV], { envFrom }, [first, configMap({ name: 'second' })])).toEqual(ON);
    expect(read([ENV], { envFrom }, [first, configMap({ name: 'second', data: { PLAIN: 'false' } })])).toEqual(OFF);
    expect(read([ENV], { envFrom, env: [{ name: 'PLAIN', value: 'false' }] }, [first])).toEqual(OFF);
    expect(read([ENV], { envFrom: [{ secretRef: { name: 'x' } }, ...envFrom] }, [configMap()])).toEqual(
      unknown('a Secret in envFrom sets PLAIN'),
    );
  });

  it('of envFrom has the prefix before it', () => {
    const envFrom = [{ prefix: 'PL', configMapRef: { name: 'app' } }];
    expect(read([ENV], { envFrom }, [configMap({ name: 'app', data: { AIN: 'true', PLAIN: 'false' } })])).toEqual(ON);
    expect(read([ENV], { envFrom: [{ prefix: 'X_', secretRef: { name: 'x' } }] })).toEqual(OFF);
  });
});

describe('a setting by its text', () => {
  const env = (value: string): RawObject => ({ env: [{ name: 'PLAIN', value }] });

  it('is compared by its beginning, by what it contains, by being empty, by being there', () => {
    const https: SettingSource = { env: 'PLAIN', startsWith: 'https://' };
    expect([read([https], env('https://x')), read([https], env('http://x')), read([https], {})]).toEqual([
      ON,
      OFF,
      OFF,
    ]);
    const filled: SettingSource = { env: 'PLAIN', isNotEmpty: true };
    expect([read([filled], env('x')), read([filled], env('')), read([filled], {})]).toEqual([ON, OFF, OFF]);
    const there: SettingSource = { env: 'PLAIN', isSet: true };
    expect([read([there], env('x')), read([there], env('')), read([there], {})]).toEqual([ON, ON, OFF]);
    const flag: SettingSource = { flag: '--url', startsWith: 'https://' };
    expect([read([flag], { args: ['--url', 'https://x'] }), read([flag], { args: ['--url=http://x'] })]).toEqual([
      ON,
      OFF,
    ]);
  });

  it('says nothing where it does not contain what is looked for', () => {
    const contains: SettingSource = { env: 'PLAIN', contains: 'yes' };
    expect(read([contains, FLAG], { ...env('no'), args: ['--plain'] })).toEqual(ON);
    expect(read([contains, FLAG], { ...env('oh yes'), args: ['--plain=false'] })).toEqual(ON);
    expect(read([contains], env('no'))).toEqual(OFF);
  });
});

describe('a setting by the readiness probe', () => {
  it('is on where that asks over HTTPS', () => {
    const source: SettingSource = { probeScheme: 'HTTPS' };
    expect(read([source], { readinessProbe: { httpGet: { scheme: 'HTTPS', port: 1 } } })).toEqual(ON);
    expect(read([source], { readinessProbe: { httpGet: { port: 1 } } })).toEqual(OFF);
    expect(read([source], { readinessProbe: { exec: { command: ['true'] } } })).toEqual(OFF);
  });
});

describe('a setting that came with a version', () => {
  const source: SettingSource = { env: 'PLAIN', since: '2.1', equals: 'yes' };
  const container = containerOf({ env: [{ name: 'PLAIN', value: 'yes' }] });

  it.each<[readonly number[] | undefined, SettingState]>([
    [[2, 1, 0], ON],
    [[3], ON],
    [[2, 0, 9], OFF],
    [[1], OFF],
    [[2], ON], // may be any 2.x
    [undefined, ON],
  ])('is read from that version on, and where the version is not known: %j', (version, expected) => {
    const { state } = readSetting([source], container, 'shop', createSnapshot([], 'nothing'), version);
    expect(state).toBe(expected.state);
  });
});

describe('a setting by several sources', () => {
  it('has what the first of them says that is set', () => {
    const env = [{ name: 'PLAIN', value: 'true' }];
    expect(read([FLAG, ENV], { env })).toEqual(ON);
    expect(read([FLAG, ENV], { args: ['--plain=false'], env })).toEqual(OFF);
    expect(read([ENV, FLAG], { args: ['--plain=false'], env })).toEqual(ON);
  });

  it('is not known where an earlier one is not, whatever a later one says', () => {
    const env = [{ name: 'PLAIN', valueFrom: { secretKeyRef: { name: 'x', key: 'y' } } }];
    expect(read([ENV, FLAG], { args: ['--plain'], env })).toEqual(unknown('the source of PLAIN turns it on'));
    expect(read([FLAG, ENV], { args: ['--plain'], env })).toEqual(ON);
  });

  it('is not hidden by what may stand in a Secret, or in a longer text', () => {
    const envFrom = [{ secretRef: { name: 'x' } }];
    const other: SettingSource = { env: 'OTHER', equals: 'on' };
    const within: SettingSource = { env: 'OPTIONS', contains: '-Dplain' };
    const options = [{ name: 'OPTIONS', valueFrom: { secretKeyRef: { name: 'x', key: 'y' } } }];
    expect(read([other, EXACT], { env: [{ name: 'PLAIN', value: 'yes' }], envFrom })).toEqual(ON);
    expect(read([other, EXACT], { env: [{ name: 'PLAIN', value: 'no' }], envFrom })).toEqual(
      unknown('a Secret in envFrom sets OTHER'),
    );
    expect(read([within, FLAG], { args: ['--plain'], env: options })).toEqual(ON);
    expect(read([within, FLAG], { env: options })).toEqual(unknown('the source of OPTIONS turns it on'));
  });

  it('is off without any', () => {
    expect(read([], { args: ['--plain'] })).toEqual(OFF);
    expect(read([{}], { args: ['--plain'] })).toEqual(OFF);
  });
});

describe('wordsOf', () => {
  it('takes scripts of a shell apart and leaves other words alone', () => {
    expect(wordsOf(containerOf({ command: ['sh', '-c'], args: ['a "b" && c; (d)', 'e f'] }))).toEqual([
      'sh',
      '-c',
      'a',
      'b',
      'c',
      'd',
      'e f',
    ]);
    expect(wordsOf(containerOf({ command: ['a'], args: ['b c', '-d'] }))).toEqual(['a', 'b c', '-d']);
  });
});
