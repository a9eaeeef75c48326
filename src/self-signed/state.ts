// What the cluster holds of the self-signed certificate: the Secret, and the webhook configurations that must trust it.
import { at, isJsonObject, listOf, optionalText, textOr } from '../kubernetes/read.ts';
import type { PemPair } from './pem.ts';

/** What everything is called; all of it follows from the Service. */
export interface Names {
  readonly namespace: string;
  /** Of the Service that the webhook configurations name, and of these configurations. */
  readonly service: string;
}

export function secretName({ service }: Names): string {
  return `${service}-tls`;
}

/** As an API server asks for it, and as people write it out. */
export function dnsNamesOf({ service, namespace }: Names): readonly string[] {
  return [`${service}.${namespace}.svc`, `${service}.${namespace}.svc.cluster.local`];
}

export interface StoredSecret {
  readonly resourceVersion: string;
  /** Every text is "" where it is not there. */
  readonly serving: PemPair;
  readonly authority: PemPair;
  /** Certificates of authorities that are no longer signed with, but still trusted. */
  readonly previous: string;
  /** Until when; NaN where it is not there, or no time. */
  readonly previousUntilMs: number;
}

/** Keys of the Secret's data. */
export const KEYS = {
  servingCert: 'tls.crt',
  servingKey: 'tls.key',
  authorityCert: 'ca.crt',
  authorityKey: 'ca.key',
  previous: 'previous-ca.crt',
  previousUntil: 'previous-ca-until',
} as const;

export const CONFIGURATION_KINDS = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'] as const;

export type ConfigurationKind = (typeof CONFIGURATION_KINDS)[number];

export interface StoredWebhook {
  /** In the list of the configuration. */
  readonly index: number;
  readonly name: string;
  /** PEM, or what else was there; "" where nothing was. */
  readonly bundle: string;
}

export interface Configuration {
  readonly kind: ConfigurationKind;
  readonly resourceVersion: string;
  /** Only those that call our Service. */
  readonly webhooks: readonly StoredWebhook[];
}

export interface State {
  /** undefined where there is none. */
  readonly secret: StoredSecret | undefined;
  /** Those that there are. */
  readonly configurations: readonly Configuration[];
}

export function parseSecret(raw: unknown): StoredSecret {
  const text = (key: string): string => decoded(at(raw, 'data', key));
  return {
    resourceVersion: textOr(at(raw, 'metadata', 'resourceVersion'), ''),
    serving: { cert: text(KEYS.servingCert), key: text(KEYS.servingKey) },
    authority: { cert: text(KEYS.authorityCert), key: text(KEYS.authorityKey) },
    previous: text(KEYS.previous),
    previousUntilMs: Date.parse(text(KEYS.previousUntil)),
  };
}

export function parseConfiguration(kind: ConfigurationKind, raw: unknown, names: Names): Configuration {
  const webhooks = listOf(at(raw, 'webhooks')).flatMap((webhook, index): readonly StoredWebhook[] => {
    const service = at(webhook, 'clientConfig', 'service');
    const isOurs =
      isJsonObject(service) && service['name'] === names.service && service['namespace'] === names.namespace;
    if (!isOurs) return [];
    const bundle = decoded(at(webhook, 'clientConfig', 'caBundle'));
    return [{ index, name: textOr(at(webhook, 'name'), ''), bundle }];
  });
  return { kind, resourceVersion: textOr(at(raw, 'metadata', 'resourceVersion'), ''), webhooks };
}

/** Base64 as the API server gives bytes; Node's decoder takes whatever it can. */
function decoded(value: unknown): string {
  return Buffer.from(optionalText(value) ?? '', 'base64').toString('utf8');
}

export function encoded(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

/** Every caBundle that must trust what is served. */
export function bundlesOf({ configurations }: State): readonly string[] {
  return configurations.flatMap(({ webhooks }) => webhooks.map(({ bundle }) => bundle));
}
