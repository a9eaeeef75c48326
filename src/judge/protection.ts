// What keeps strangers from a backend: IAP and Cloud Armor, as a BackendConfig sets them.
import type { BackendConfig } from '../kubernetes/objects.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';

/** What a BackendConfig turns on that somebody relies on, in words; empty for none. */
export function securityOf({ iap, securityPolicy = '', cdn }: BackendConfig): readonly string[] {
  return [...protectionOf(iap?.isEnabled === true, securityPolicy), ...(cdn?.isEnabled ? ['Cloud CDN'] : [])];
}

/** What protects a backend, in words; empty for nothing, or where its BackendConfig is not known. */
export function protectionsOf({ features: { iap, cloudArmor } }: BackendPlan): readonly string[] {
  return protectionOf(iap.value, cloudArmor.value);
}

function protectionOf(hasIap: boolean, policy: string): readonly string[] {
  return [...(hasIap ? ['IAP'] : []), ...(policy === '' ? [] : ['Cloud Armor'])];
}
