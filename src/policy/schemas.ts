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
        onUpdate: {
          description: 'What becomes of a Service without the NEG annotation that is updated.',
          enum: ['restore', 'heal'],
        },
      },
    },
    facts: {
      type: 'object',
      additionalProperties: false,
      properties: { trustObserved: { type: 'boolean' } },
    },
    onOverload: {
      description: 'What becomes of an object that the guard has no memory or no time to judge.',
      enum: ['allow', 'deny'],
    },
    onBudget: {
      description:
        'What becomes of an object for which rules that refuse did not finish within the steps of one admission.',
      enum: ['allow', 'deny'],
    },
    excludedNamespaces: { description: 'Names of namespaces; a final * stands for any ending.', ...NAME_PATTERNS },
    exemptions: {
      description: 'Whether the annotation gke-ingress-guard.dev/ignore on an object counts.',
      enum: ['allowed', 'forbidden'],
    },
    exemptionNamespaces: {
      description:
        'Names of namespaces in which exemptions count while they are allowed; a final * stands for any ending. Left out: all.',
      ...NAME_PATTERNS,
    },
  },
} as const satisfies JSONSchema;

export type GuardPolicyFile = FromSchema<typeof GUARD_POLICY_SCHEMA>;

const NAMES = { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } } as const satisfies JSONSchema;

const VERSION = { type: 'string', pattern: '^\\d+(\\.\\d+)*$' } as const satisfies JSONSchema;

const VERSIONS = {
  type: 'object',
  minProperties: 1,
  additionalProperties: false,
  properties: {
    from: { description: 'This one and later.', ...VERSION },
    below: { description: 'Before this one.', ...VERSION },
  },
} as const satisfies JSONSchema;

const FIX = { type: 'string', pattern: '^[ -~]+$', maxLength: 110 } as const satisfies JSONSchema;

/** Matched against single lines of bounded length. */
const LINE = { type: 'string', pattern: '^\\^', maxLength: 200 } as const satisfies JSONSchema;

const SETTING_SOURCE = {
  description:
    'One place (flag, env, probeHeader, probeScheme or line), and what its text must be for the setting to be on.',
  type: 'object',
  additionalProperties: false,
  properties: {
    flag: {
      description: 'Such as --insecure; alone it reads "true". One * is any text.',
      type: 'string',
      pattern: '^--?[A-Za-z]',
    },
    env: {
      description: 'From env, envFrom, or the ConfigMap key that they name. One * is any text.',
      type: 'string',
      minLength: 1,
    },
    probeScheme: { description: 'Of the readiness probe; needs no test.', const: 'HTTPS' },
    probeHeader: { description: 'Name of a header of the readiness probe, in any case.', type: 'string', minLength: 1 },
    line: { description: 'What a line of a file from a mounted ConfigMap begins with; needs no test.', ...LINE },
    file: { description: 'Only in files whose name matches, for line.', ...LINE },
    unlessLine: { description: 'A line that takes back what line says.', ...LINE },
    since: { description: 'The first version that reads it.', ...VERSION },
    equals: { type: 'string' },
    equalsIgnoreCase: { type: 'string' },
    oneOf: { type: 'array', minItems: 1, items: { type: 'string' } },
    oneOfIgnoreCase: { type: 'array', minItems: 1, items: { type: 'string' } },
    noneOf: { type: 'array', minItems: 1, items: { type: 'string' } },
    lacks: { description: 'Not empty, and without any of these texts.', ...NAMES },
    startsWith: { type: 'string', minLength: 1 },
    contains: { description: 'A text without it says nothing; the next source decides.', type: 'string', minLength: 1 },
    isNotEmpty: { const: true },
    isSet: { description: 'Even where it is empty.', const: true },
  },
} as const satisfies JSONSchema;

const ANSWER = {
  type: 'object',
  required: ['path'],
  additionalProperties: false,
  properties: {
    port: { description: 'Of the container. Left out: any.', type: 'integer', minimum: 1, maximum: 65535 },
    probedPort: { description: 'Only on the port that the readiness probe asks.', const: true },
    path: {
      description: 'A final * stands for any ending. The query counts only where it is written here.',
      type: 'string',
      pattern: '^(/.*|\\*)$',
    },
    versions: { description: "Of the image's tag; a tag that is no version is in no range.", ...VERSIONS },
    when: { description: 'Settings that must be on.', ...NAMES },
    unless: { description: 'Settings that must be off.', ...NAMES },
    bareHost: {
      description: 'Only where the check has no Host header, so that Google sends an IP address.',
      const: true,
    },
    status: {
      description: 'May be left out where tlsOnly or redirectsToHttps is true.',
      type: 'integer',
      minimum: 100,
      maximum: 599,
    },
    redirectsToHttps: { type: 'boolean' },
    redirectsTo: {
      description:
        'Where: to the same port, which speaks TLS as well; to the same host, whatever its port; to another host. Left out: not known.',
      enum: ['samePort', 'sameHost', 'otherHost'],
    },
    tlsOnly: { description: 'The port speaks TLS only.', const: true },
    unlessUnseen: {
      description: 'What no Pod spec shows and would make the answer another, as a clause.',
      type: 'string',
      pattern: '^[ -~]+$',
      maxLength: 80,
    },
    fix: { description: 'Where this answer is ended by something else than the others.', ...FIX },
    note: { description: 'What is still wrong where the health check passes.', ...FIX },
  },
} as const satisfies JSONSchema;

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
    name: { description: 'As prose says it.', type: 'string', pattern: '^[ -~]+$', maxLength: 40 },
    match: {
      description: 'By image, or by variables and flags for what has no image of its own; one of them is enough.',
      type: 'object',
      minProperties: 1,
      additionalProperties: false,
      properties: {
        images: { description: 'Repositories without tag; mirrors of them match too.', ...NAMES },
        versions: { description: "Of the image's tag; a tag that is no version does not match.", ...VERSIONS },
        programs: {
          description: 'Needed besides the image: what command or args start, with its subcommand where that decides.',
          ...NAMES,
        },
        containers: {
          description: 'Container names that count where neither command nor args name a program; left out: any.',
          ...NAMES,
        },
        env: { description: 'Names of variables, any of which shows the app whatever its image.', ...NAMES },
        flags: { description: 'Names of flags that do the same. One * is any text, in either.', ...NAMES },
        signal: {
          description:
            'In place of all others: a sign that any program may show, by its settings. alone: asked where no other app answers; besides: also of an app that is known by its image.',
          enum: ['alone', 'besides'],
        },
      },
    },
    settings: {
      description: 'What changes the answers. Of each list, the first that is set in the Pod decides.',
      type: 'object',
      additionalProperties: { type: 'array', minItems: 1, items: SETTING_SOURCE },
    },
    configMaps: {
      description:
        'Names of ConfigMaps from which its own manifests fill settings. In a cluster the guard reads these, in every namespace, and no others.',
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: { type: 'string', maxLength: 253, pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$' },
    },
    servers: {
      description:
        'Of a signal: web servers whose configuration is read whole where their own image mounts it from a ConfigMap. What it says for certain takes the place of the answers.',
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['reads', 'images', 'fix'],
        additionalProperties: false,
        properties: {
          reads: {
            description: 'The syntax, and where the image has its configuration.',
            enum: ['nginx', 'caddy', 'haproxy'],
          },
          images: { description: 'Repositories without tag; mirrors of them match too.', ...NAMES },
          fix: { description: 'Where it answers otherwise than with a redirect to HTTPS.', ...FIX },
        },
      },
    },
    answers: {
      description: 'Over plain HTTP; the first that applies. Where nobody knows there is none.',
      type: 'array',
      minItems: 1,
      items: ANSWER,
    },
    fix: { description: 'One short instruction, for the newest version.', ...FIX },
    olderFixes: {
      description: 'The first whose limit the tag is below takes the place of fix.',
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['below', 'fix'],
        additionalProperties: false,
        properties: { below: VERSION, fix: FIX },
      },
    },
    sources: NAMES,
  },
} as const satisfies JSONSchema;

export type AppFile = FromSchema<typeof APP_SCHEMA>;
