// Real programs, run and asked as Google asks, against what the guard says of the Pods that start them so (npm run test:apps).
import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../src/policy/load.ts';
import { RULES } from '../../src/rules/index.ts';
import { CONFIGURATIONS, nameOf } from '../apps/configurations.ts';
import { agrees, answerWords, measuredWords } from '../support/app-agreement.ts';
import { askCatalogue } from '../support/app-pods.ts';
import { askAsGoogle } from './ask.ts';
import { startConfigured } from './configured.ts';
import { type Place, type RealApp, withRunning } from './real-app.ts';
import { FRAMEWORK_APPS } from './servers/frameworks.ts';
import { JAVA_APPS } from './servers/java.ts';
import { MONITORING } from './servers/monitoring.ts';
import { PROXIES } from './servers/proxies.ts';
import { PYTHON_APPS } from './servers/python-apps.ts';
import { RAILS_APPS } from './servers/rails.ts';
import { WEB_SERVERS } from './servers/web-servers.ts';

const APPS: readonly RealApp[] = [
  ...[...WEB_SERVERS, ...MONITORING, ...PROXIES, ...FRAMEWORK_APPS],
  ...[...RAILS_APPS, ...JAVA_APPS, ...PYTHON_APPS],
];

const { apps } = loadPolicy(
  undefined,
  RULES.map(({ id }) => id),
);

/** What the guard says in view of what was heard; "agrees" also where it rightly says nothing. */
function verdictOf({ pod, port, host, missed = {}, alarms = {} }: RealApp, path: string, heard: string): string {
  const answer = askCatalogue(apps, pod, `${port} ${path}`, host);
  if (missed[path] !== undefined) return answer === undefined ? 'agrees' : `knows: ${answerWords(answer)}`;
  if (alarms[path] !== undefined) return answer?.unless === alarms[path] ? 'agrees' : `says ${answerWords(answer)}`;
  if (answer === undefined) return heard === '200' ? 'agrees' : 'misses it';
  return agrees(answer, heard) || isLikely(answer.unless, heard, answerWords(answer))
    ? 'agrees'
    : `says ${answerWords(answer)}`;
}

/** A signal is unsure of the status, and of nothing else: both fail, or both lead to HTTPS. */
function isLikely(unless: string | undefined, heard: string, said: string): boolean {
  return (
    unless !== undefined && heard !== '200' && said !== '200' && heard.endsWith('https') === said.endsWith('https')
  );
}

describe.each(APPS.map((app) => [app.name, app] as const))('%s', (_, app) => {
  it('answers Google as expected, and the guard says so', async () => {
    const paths = Object.keys(app.answers);
    const heard = await withRunning(app, async (port) => {
      const asked: (readonly [string, string])[] = [];
      for (const path of paths) {
        const { status, location } = await askAsGoogle(port, path, app.host);
        asked.push([path, measuredWords(status, location)]);
      }
      return asked;
    });
    expect(Object.fromEntries(heard)).toEqual(app.answers);
    const verdicts = heard.map(([path, words]) => [path, verdictOf(app, path, words)]);
    expect(verdicts).toEqual(paths.map((path) => [path, 'agrees']));
  });
});

describe.each(CONFIGURATIONS.map((one) => [nameOf(one), one] as const))('%s', (_, configured) => {
  it('answers Google as the table has it', async () => {
    const start = (place: Place) => startConfigured(configured, place);
    const heard = await withRunning({ start }, async (port) => {
      const asked: (readonly [string, string])[] = [];
      for (const path of Object.keys(configured.answers)) {
        const { status, location } = await askAsGoogle(port, path, configured.host);
        asked.push([path, measuredWords(status, location)]);
      }
      return Object.fromEntries(asked);
    });
    expect(heard).toEqual(configured.answers);
  });
});
