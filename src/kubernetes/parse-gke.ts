// BackendConfig, FrontendConfig and ManagedCertificate.
import { findMisfits } from './gke-misfits.ts';
import type { BackendConfig, BackendConfigHealthCheck, FrontendConfig, ManagedCertificate } from './gke-objects.ts';
import type { TypeMeta } from './objects.ts';
import {
  at,
  isJsonObject,
  type JsonObject,
  objectsOf,
  optionalInteger,
  optionalNumber,
  optionalText,
  textOr,
  textsOf,
} from './read.ts';

export function parseBackendConfig(raw: JsonObject, type: TypeMeta<'BackendConfig'>): BackendConfig {
  const spec = at(raw, 'spec');
  return {
    ...type,
    misfits: findMisfits(raw, 'BackendConfig'),
    iap: whereSet(at(spec, 'iap'), (iap) => ({
      isEnabled: at(iap, 'enabled') === true,
      secretName: textOr(at(iap, 'oauthclientCredentials', 'secretName'), ''),
    })),
    cdn: whereSet(at(spec, 'cdn'), (cdn) => ({
      isEnabled: at(cdn, 'enabled') === true,
      signedUrlKeys: objectsOf(at(cdn, 'signedUrlKeys')).map((key) => ({
        keyName: textOr(at(key, 'keyName'), ''),
        secretName: textOr(at(key, 'secretName'), ''),
      })),
      cachePolicy: whereSet(at(cdn, 'cachePolicy'), (policy) => ({
        includeHost: optionalBoolean(at(policy, 'includeHost')),
        includeProtocol: optionalBoolean(at(policy, 'includeProtocol')),
        includeQueryString: optionalBoolean(at(policy, 'includeQueryString')),
      })),
      cacheMode: optionalText(at(cdn, 'cacheMode')),
      clientTtl: optionalInteger(at(cdn, 'clientTtl')),
      defaultTtl: optionalInteger(at(cdn, 'defaultTtl')),
      maxTtl: optionalInteger(at(cdn, 'maxTtl')),
    })),
    securityPolicy: whereSet(at(spec, 'securityPolicy'), (policy) => textOr(at(policy, 'name'), '')),
    timeoutSec: optionalInteger(at(spec, 'timeoutSec')),
    drainingTimeoutSec: optionalInteger(at(spec, 'connectionDraining', 'drainingTimeoutSec')),
    sessionAffinity: whereSet(at(spec, 'sessionAffinity'), (affinity) => ({
      affinityType: textOr(at(affinity, 'affinityType'), ''),
      affinityCookieTtlSec: optionalInteger(at(affinity, 'affinityCookieTtlSec')),
    })),
    customRequestHeaders: textsOf(at(spec, 'customRequestHeaders', 'headers')),
    customResponseHeaders: textsOf(at(spec, 'customResponseHeaders', 'headers')),
    healthCheck: whereSet(at(spec, 'healthCheck'), parseHealthCheck),
    logging: whereSet(at(spec, 'logging'), (logging) => ({
      isEnabled: at(logging, 'enable') === true,
      sampleRate: optionalNumber(at(logging, 'sampleRate')),
    })),
  };
}

function optionalBoolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function whereSet<T>(raw: unknown, parse: (raw: JsonObject) => T): T | undefined {
  return isJsonObject(raw) ? parse(raw) : undefined;
}

function parseHealthCheck(raw: JsonObject): BackendConfigHealthCheck {
  return {
    checkIntervalSec: optionalInteger(at(raw, 'checkIntervalSec')),
    timeoutSec: optionalInteger(at(raw, 'timeoutSec')),
    healthyThreshold: optionalInteger(at(raw, 'healthyThreshold')),
    unhealthyThreshold: optionalInteger(at(raw, 'unhealthyThreshold')),
    type: optionalText(at(raw, 'type')),
    port: optionalInteger(at(raw, 'port')),
    requestPath: optionalText(at(raw, 'requestPath')),
  };
}

export function parseFrontendConfig(raw: JsonObject, type: TypeMeta<'FrontendConfig'>): FrontendConfig {
  const spec = at(raw, 'spec');
  return {
    ...type,
    misfits: findMisfits(raw, 'FrontendConfig'),
    sslPolicy: optionalText(at(spec, 'sslPolicy')),
    redirectToHttps: whereSet(at(spec, 'redirectToHttps'), (redirect) => ({
      isEnabled: at(redirect, 'enabled') === true,
      responseCodeName: textOr(at(redirect, 'responseCodeName'), ''),
    })),
  };
}

export function parseManagedCertificate(raw: JsonObject, type: TypeMeta<'ManagedCertificate'>): ManagedCertificate {
  const misfits = findMisfits(raw, 'ManagedCertificate');
  return {
    ...type,
    misfits,
    domains: textsOf(at(raw, 'spec', 'domains')),
    isActive: at(raw, 'status', 'certificateStatus') === 'Active',
  };
}
