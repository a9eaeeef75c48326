// The webhooks of the two configurations, one by one, with the API server's defaults.

import { at, isJsonObject, type JsonObject, objectsOf, optionalInteger, textOr } from '../kubernetes/read.ts';
import { type Fix, jsonPatch } from './fix.ts';
import { type Installation, nameOf, need } from './installation.ts';

export interface GuardWebhook {
  readonly raw: JsonObject;
  readonly configuration: JsonObject;
  readonly isMutating: boolean;
  /** Where it is in `webhooks`. */
  readonly index: number;
  readonly name: string;
  /** Kind/configuration: webhook. */
  readonly subject: string;
  readonly failsClosed: boolean;
  readonly timeoutSeconds: number;
}

/** Of both configurations; a check that calls this `needs` them. */
export function guardWebhooks(installation: Installation): readonly GuardWebhook[] {
  return [...webhooksOf(need(installation, 'mutating')), ...webhooksOf(need(installation, 'validating'))];
}

/** Those that call a Service; what calls a URL has no port or caBundle that could be compared with anything. */
export function serviceWebhooks(installation: Installation): readonly GuardWebhook[] {
  return guardWebhooks(installation).filter(({ raw }) => at(raw, 'clientConfig', 'service') !== undefined);
}

export function webhooksOf(configuration: JsonObject): readonly GuardWebhook[] {
  const kind = textOr(at(configuration, 'kind'), '');
  return objectsOf(at(configuration, 'webhooks')).map((raw, index) => {
    const name = textOr(at(raw, 'name'), '');
    return {
      raw,
      configuration,
      isMutating: kind.startsWith('Mutating'),
      index,
      name,
      subject: `${kind}/${nameOf(configuration)}: ${name}`,
      // admissionregistration.k8s.io/v1 defaults: Fail, ten seconds.
      failsClosed: textOr(at(raw, 'failurePolicy'), 'Fail') !== 'Ignore',
      timeoutSeconds: optionalInteger(at(raw, 'timeoutSeconds')) ?? 10,
    };
  });
}

/** The command that sets one field of a webhook. */
export function patchWebhook({ configuration, index }: GuardWebhook, field: string, value: unknown): Fix {
  const kind = textOr(at(configuration, 'kind'), '').toLowerCase();
  return [jsonPatch(undefined, kind, nameOf(configuration), { op: 'add', path: `/webhooks/${index}/${field}`, value })];
}

export interface Rule {
  readonly groups: readonly unknown[];
  readonly resources: readonly unknown[];
  readonly versions: readonly unknown[];
  readonly operations: readonly unknown[];
  readonly scope: string;
}

export function rulesOf(webhook: JsonObject): readonly Rule[] {
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
  return objectsOf(at(webhook, 'rules')).map((rule) => ({
    groups: list(at(rule, 'apiGroups')),
    resources: list(at(rule, 'resources')),
    versions: list(at(rule, 'apiVersions')),
    operations: list(at(rule, 'operations')),
    scope: textOr(at(rule, 'scope'), '*'),
  }));
}

export function isSelectorSet(selector: unknown): boolean {
  return isJsonObject(selector) && Object.keys(selector).length > 0;
}
