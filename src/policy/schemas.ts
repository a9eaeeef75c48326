// The shapes of the files under policies/, as JSON schemas; policies/*.schema.json are generated from these.
import type { FromSchema, JSONSchema } from 'json-schema-to-ts';

const API_VERSION = 'gke-ingress-guard.dev/v1';

const MODES = {
  description: 'Rule id → mode.',
  type: 'object',
  additionalProperties: { enum: ['enforce', 'warn', 'audit', 'off'] },
} as const satisfies JSONSchema;

const NAME_PATTERNS = {
  type: 'array',
  items: { type: 'string', pattern: '^[a-z0-9-]+\\*?$' },
} as const satisfies JSONSchema;

export const GUARD_POLICY_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'GuardPolicy of gke-ingress-guard',
  type: 'object',
  required: ['apiVersion', 'kind'],
  additionalProperties: false,
  properties: {
    apiVersion: { const: API_VERSION },
    kind: { const: 'GuardPolicy' },
    rules: MODES,
    namespaces: {
      description: 'Modes for some namespaces, for a staged roll-out; of several that match, the last wins.',
      type: 'array',
      items: {
        type: 'object',
        required: ['rules'],
        additionalProperties: false,
        anyOf: [{ required: ['names'] }, { required: ['labels'] }],
        properties: {
          names: { description: 'Any of these; a final * stands for any ending.', ...NAME_PATTERNS, minItems: 1 },
          labels: {
            description: 'All of these labels on the Namespace; where they are not known, the entry does not match.',
            type: 'object',
            minProperties: 1,
            additionalProperties: { type: 'string' },
          },
          rules: MODES,
        },
      },
    },
    neg: {
      type: 'object',
      additionalProperties: false,
      properties: {
        inject: { enum: ['auto', 'always', 'never'] },
        types: { type: 'array', items: { enum: ['ClusterIP', 'NodePort'] }, uniqueItems: true },
        scope: { enum: ['all', 'referenced'] },
      },
    },
    facts: {
      type: 'object',
      additionalProperties: false,
      properties: { trustObserved: { type: 'boolean' } },
    },
    excludedNamespaces: { description: 'Names of namespaces; a final * stands for any ending.', ...NAME_PATTERNS },
    exemptions: {
      description: 'Whether the annotation gke-ingress-guard.dev/ignore on an object counts.',
      enum: ['allowed', 'forbidden'],
    },
  },
} as const satisfies JSONSchema;

export type GuardPolicyFile = FromSchema<typeof GUARD_POLICY_SCHEMA>;

const NAMES = { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } } as const satisfies JSONSchema;

export const APP_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'App of gke-ingress-guard',
  type: 'object',
  required: ['apiVersion', 'kind', 'id', 'name', 'match', 'answers', 'fix', 'sources'],
  additionalProperties: false,
  properties: {
    apiVersion: { const: API_VERSION },
    kind: { const: 'App' },
    id: { description: 'kebab-case; the name of the file', type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' },
    name: { description: 'As prose says it.', type: 'string', minLength: 1, maxLength: 40 },
    match: {
      type: 'object',
      required: ['images'],
      additionalProperties: false,
      properties: {
        images: { description: 'Repositories without tag; mirrors of them match too.', ...NAMES },
        programs: { description: 'Needed besides the image: the program that command or args start.', ...NAMES },
        containers: {
          description: 'Container names that count where neither command nor args name a program.',
          ...NAMES,
        },
      },
    },
    settings: {
      description: 'What changes the answers. Of each list, the first that is set in the Pod decides.',
      type: 'object',
      additionalProperties: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          additionalProperties: false,
          properties: {
            flag: {
              description: 'Such as --insecure; alone it reads "true".',
              type: 'string',
              pattern: '^--?[A-Za-z]',
            },
            env: { type: 'string', minLength: 1 },
            equals: { type: 'string' },
            equalsIgnoreCase: { type: 'string' },
            oneOf: { type: 'array', minItems: 1, items: { type: 'string' } },
            isNotEmpty: { const: true },
          },
        },
      },
    },
    answers: {
      description: 'Over plain HTTP; the first that applies. A path of * is any path.',
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['path', 'status'],
        additionalProperties: false,
        properties: {
          port: { type: 'integer', minimum: 1, maximum: 65535 },
          path: { type: 'string', pattern: '^(/.*|\\*)$' },
          when: { description: 'Settings that must be on.', ...NAMES },
          unless: { description: 'Settings that must be off.', ...NAMES },
          status: { type: 'integer', minimum: 100, maximum: 599 },
          redirectsToHttps: { type: 'boolean' },
        },
      },
    },
    fix: { description: 'One short instruction.', type: 'string', minLength: 1, maxLength: 110 },
    sources: NAMES,
  },
} as const satisfies JSONSchema;

export type AppFile = FromSchema<typeof APP_SCHEMA>;
