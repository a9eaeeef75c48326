// The facts file: a mounted YAML that always wins over what Google's API or the cluster say.
import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { AppError } from '../errors.ts';
import { createYamlReader } from '../schema.ts';
import { withAutopilot } from './autopilot.ts';
import { CONTROLLER_DEFAULTS, type Fact, type Facts, flag, UNKNOWN } from './facts.ts';

export const FACTS_FILE_SCHEMA = {
  type: 'object',
  required: ['apiVersion', 'kind'],
  additionalProperties: false,
  properties: {
    apiVersion: { const: 'gke-ingress-guard.dev/v1' },
    kind: { const: 'ClusterFacts' },
    cluster: {
      type: 'object',
      additionalProperties: false,
      properties: {
        project: { type: 'string', minLength: 1 },
        location: { type: 'string', minLength: 1 },
        name: { type: 'string', minLength: 1 },
      },
    },
    httpLoadBalancing: { enum: ['enabled', 'disabled'] },
    vpcNative: { type: 'boolean' },
    sharedVpc: { type: 'boolean' },
    networkPolicy: { type: 'boolean' },
    dataplaneV2: { type: 'boolean' },
    autopilot: { type: 'boolean' },
    version: { type: 'string', minLength: 1 },
    controller: {
      type: 'object',
      additionalProperties: false,
      properties: {
        ingressClass: { type: 'string' },
        enableIngressGlobalExternal: { type: 'boolean' },
        enableIngressRegionalExternal: { type: 'boolean' },
        enableTransparentHealthChecks: { type: 'boolean' },
        enableTrafficScaling: { type: 'boolean' },
        enableIpv6OnlyNeg: { type: 'boolean' },
        defaultBackendService: { type: 'string', pattern: '^[a-z0-9-]+/[a-z0-9-]+$' },
      },
    },
  },
} as const satisfies JSONSchema;

type FactsFile = FromSchema<typeof FACTS_FILE_SCHEMA>;

const readFactsFile = createYamlReader<FactsFile>(FACTS_FILE_SCHEMA);

/**
 * @param text the file's content (YAML; JSON is YAML too)
 * @param origin how messages name the file
 * @param learntAtMs when it was read, milliseconds since the epoch
 * @throws AppError facts-invalid, with every fault of the file
 */
export function parseFactsFile(text: string, origin: string, learntAtMs: number): Facts {
  const read = readFactsFile(text, origin);
  if (!read.ok) throw new AppError('facts-invalid', read.errors.join('\n'));
  return withAutopilot(toFacts(read.value, learntAtMs));
}

function toFacts(file: FactsFile, learntAtMs: number): Facts {
  const fact = <T>(value: T | undefined): Fact<T> =>
    value === undefined ? UNKNOWN : { known: true, value, source: 'file', learntAtMs };
  const given = file.controller ?? {};
  const defaults = CONTROLLER_DEFAULTS;
  return {
    cluster: { project: file.cluster?.project, location: file.cluster?.location, name: file.cluster?.name },
    httpLoadBalancing: fact(file.httpLoadBalancing),
    vpcNative: fact(file.vpcNative),
    sharedVpc: fact(file.sharedVpc),
    networkPolicy: fact(file.networkPolicy),
    dataplaneV2: fact(file.dataplaneV2),
    autopilot: fact(file.autopilot),
    version: fact(file.version),
    controller: {
      ingressClass: flag(given.ingressClass, defaults.ingressClass),
      enableIngressGlobalExternal: flag(given.enableIngressGlobalExternal, defaults.enableIngressGlobalExternal),
      enableIngressRegionalExternal: flag(given.enableIngressRegionalExternal, defaults.enableIngressRegionalExternal),
      enableTransparentHealthChecks: flag(given.enableTransparentHealthChecks, defaults.enableTransparentHealthChecks),
      enableTrafficScaling: flag(given.enableTrafficScaling, defaults.enableTrafficScaling),
      enableIpv6OnlyNeg: flag(given.enableIpv6OnlyNeg, defaults.enableIpv6OnlyNeg),
      defaultBackendService: flag(given.defaultBackendService, defaults.defaultBackendService),
    },
  };
}
