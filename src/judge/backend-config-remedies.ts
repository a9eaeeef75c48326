// How the backend-config annotation of a Service names other BackendConfigs, or none: shared by the rules about it.
import type { Service } from '../kubernetes/objects.ts';
import { BACKEND_CONFIG } from '../plan/annotation-keys.ts';
import { backendConfigAnnotation, type NamedBackendConfigs } from '../plan/backend-config-meant.ts';
import { type Remedy, removeAnnotation, setAnnotation, together } from './fix.ts';

/**
 * Of an annotation with more entries nothing is written anew: with a finding for each, it would take time and space by the
 * square of their number.
 */
export const MAX_REWRITTEN = 16;

/** @param key the annotation that counts */
export function nameBackendConfigs(service: Service, key: string, named: NamedBackendConfigs): Remedy {
  const value = backendConfigAnnotation(named);
  return value === undefined ? nameNoBackendConfig(service) : setAnnotation(service, key, value);
}

/** Without the newer key the older one would count. */
export function nameNoBackendConfig(service: Service): Remedy {
  const keys = BACKEND_CONFIG.filter((key) => service.metadata.annotations[key] !== undefined);
  return together(...keys.map((key) => removeAnnotation(service, key)));
}
