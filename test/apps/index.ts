// The cases of every app of the catalogue.
import type { CasesById } from './cases.ts';
import { DATA } from './data.ts';
import { DELIVERY } from './delivery.ts';
import { FRAMEWORKS } from './frameworks.ts';
import { GATEWAYS } from './gateways.ts';
import { IDENTITY } from './identity.ts';
import { OBSERVABILITY } from './observability.ts';
import { SIGNALS } from './signals.ts';
import { WEBSITES } from './websites.ts';

export const APP_CASES: CasesById = {
  ...DATA,
  ...DELIVERY,
  ...FRAMEWORKS,
  ...GATEWAYS,
  ...IDENTITY,
  ...OBSERVABILITY,
  ...SIGNALS,
  ...WEBSITES,
};
