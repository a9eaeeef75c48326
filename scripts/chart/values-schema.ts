// The schema of the chart's values, by which Helm refuses what the chart or the guard would not understand. Facts and policy
// are the guard's own schemas, so a fault in them is said before a Pod starts with it.
import { FACTS_FILE_SCHEMA } from '../../src/facts/facts-file.ts';
import { GUARD_POLICY_SCHEMA } from '../../src/policy/schemas.ts';

type Schema = Readonly<Record<string, unknown>>;

const QUANTITIES: Schema = {
  type: 'object',
  additionalProperties: { anyOf: [{ type: 'string' }, { type: 'number' }] },
};
const SWITCH: Schema = { type: 'boolean' };

/** The fields of a file, whose first lines the chart writes; or its text, which the guard checks. */
function documentOf({ properties }: { readonly properties: Schema }): Schema {
  return { anyOf: [{ type: 'object', additionalProperties: false, properties }, { type: 'string' }] };
}

function group(properties: Schema): Schema {
  return { type: 'object', additionalProperties: false, properties };
}

/** A group with parts that do nothing, or a guard that does not start, where the group is off. */
function groupWith(...parts: readonly string[]): Schema {
  const switches = Object.fromEntries(['enabled', ...parts].map((name) => [name, SWITCH]));
  return {
    ...group(switches),
    if: { anyOf: parts.map((part) => ({ properties: { [part]: { const: true } }, required: [part] })) },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { enabled: { const: true } }, required: ['enabled'] },
  };
}

const PROPERTIES: Schema = {
  image: group({
    repository: { type: 'string', pattern: '^[a-z0-9]+([._/:-][a-z0-9]+)*$' },
    tag: { type: 'string', pattern: '^[A-Za-z0-9_.-]*$' },
    digest: { type: 'string', pattern: '^(sha256:[0-9a-f]{64})?$' },
  }),
  replicas: { type: 'integer', minimum: 1 },
  resources: { type: 'object', propertyNames: { enum: ['requests', 'limits'] }, additionalProperties: QUANTITIES },
  facts: documentOf(FACTS_FILE_SCHEMA),
  policy: documentOf(GUARD_POLICY_SCHEMA),
  certificates: { enum: ['cert-manager', 'self-signed'] },
  failurePolicy: { enum: ['Ignore', 'Fail'] },
  networkPolicy: group({
    enabled: SWITCH,
    controlPlaneCidr: { type: 'string', pattern: '^([0-9a-f.:]+/[0-9]{1,3})?$' },
  }),
  monitoring: group({
    enabled: SWITCH,
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    runbooks: { type: 'string', minLength: 1 },
  }),
  audit: groupWith('reports', 'mountedConfig'),
  asker: groupWith('events'),
  admissionPolicy: group({ enabled: SWITCH }),
  googleServiceAccount: { type: 'string', pattern: '^([^@\\s]+@[^@\\s]+)?$' },
  // Helm adds it where this is a chart of another chart.
  global: { type: 'object' },
};

export const VALUES_SCHEMA: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Values of the chart gke-ingress-guard',
  type: 'object',
  additionalProperties: false,
  properties: PROPERTIES,
};
