// What a change does to a backend service and its health check, in words: what is followed, and what stays as it was made.
import type { BackendPlan } from '../plan/backend-plan.ts';
import type { ChangeOf, FeatureName } from '../plan/change.ts';
import { isSameCheck } from '../plan/kept.ts';
import { backendInWords, keyOf } from './change-names.ts';
import type { Severity } from './finding.ts';
import { advise, type Remedy, set } from './fix.ts';
import { checkBeside, renewCheck } from './kept-check.ts';

/** What one kind of change says. */
export interface Worded {
  readonly message: string;
  /** Left out: info. */
  readonly severity?: Severity;
  readonly note?: string;
  /** Left out: to undo the change. */
  readonly fix?: Remedy;
  /** Beside the kind. */
  readonly identity?: string;
}

export function checkWords({ backend, was, kept, fresh }: ChangeOf<'health-check'>): Worded {
  const whose = `Google's health check of ${backendInWords(backend)}`;
  const now = fresh.check;
  const changes = isSameCheck(was, kept) ? '' : `changes from ${checkBeside(was, kept)} to ${checkBeside(kept, was)}`;
  if (isSameCheck(kept, now)) return { message: `${whose} ${changes}.`, identity: keyOf(backend) };
  const stays = changes === '' ? `stays ${checkBeside(kept, now)}` : `${changes} and stays so`;
  return {
    severity: 'warning',
    message: `${whose} ${stays}; a new backend would get ${checkBeside(now, kept)}.`,
    note: 'The controller makes the check once: afterwards it changes only what a BackendConfig sets, the protocol and the port.',
    fix: renewCheck(backend, kept, now),
    identity: `${keyOf(backend)} kept`,
  };
}

const FEATURES: Readonly<Record<FeatureName, string>> = {
  iap: 'Identity-Aware Proxy',
  cloudArmor: 'the Cloud Armor policy',
  cdn: 'Cloud CDN',
  timeoutSec: 'the timeout',
  sessionAffinity: 'session affinity',
  drainingTimeoutSec: 'connection draining',
  logging: 'the logged share',
};

const PROTECTS: ReadonlySet<FeatureName> = new Set(['iap', 'cloudArmor']);

export function featureWords({ backend, name, was, kept, fresh }: ChangeOf<'feature'>): Worded {
  const whose = `${FEATURES[name]} of ${backendInWords(backend)}`;
  const inWords = (value: string | number | boolean): string => valueOfFeature(name, value);
  if (kept === fresh) {
    return {
      ...(PROTECTS.has(name) && (kept === false || kept === '') ? { severity: 'warning' as const } : {}),
      message: `${whose} goes from ${inWords(was)} to ${inWords(kept)}.`,
      identity: `${keyOf(backend)} ${name}`,
    };
  }
  return {
    severity: 'warning',
    message: `${whose} stays ${inWords(kept)}; a new backend would get ${inWords(fresh)}.`,
    note: 'GKE leaves alone what a BackendConfig no longer sets.',
    fix: turnOff(name, backend),
    identity: `${keyOf(backend)} ${name} kept`,
  };
}

function turnOff(name: FeatureName, { backendConfig }: BackendPlan): Remedy {
  const off = name === 'iap' || name === 'cdn' ? { path: ['spec', name, 'enabled'], value: false } : undefined;
  const policy = name === 'cloudArmor' ? { path: ['spec', 'securityPolicy', 'name'], value: '' } : undefined;
  const edit = off ?? policy;
  if (edit === undefined || backendConfig.state !== 'found') {
    return advise('Set the value that you want in a BackendConfig, in place of leaving it out');
  }
  return set(backendConfig.object, edit.path, edit.value);
}

function valueOfFeature(name: FeatureName, value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (name === 'logging') return `${Math.round(Number(value) * 1000) / 10} %`;
  if (typeof value === 'number') return `${value} s`;
  return name === 'cloudArmor' ? (value === '' ? 'none' : `"${value}"`) : value;
}
