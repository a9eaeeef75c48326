// What Go's encoding/json makes of texts one may meet in an annotation. src/kubernetes/go-json.test.ts holds our decoder to
// these cases, and go-json.differential.test.ts holds the cases to Go itself.
import { type GoType, goBool, goMap, goSlice, goString, goStruct } from '../../src/kubernetes/go-json.ts';

/** main.go has the same types in Go, under the same names. */
export const goTypes = {
  neg: goStruct({
    ingress: goBool,
    exposed_ports: goMap('int32', goStruct({ name: goString })),
    zones: goSlice(goString),
  }),
  appProtocols: goMap('string', goString),
  backendConfig: goStruct({ default: goString, ports: goMap('string', goString) }),
  thc: goStruct({ enabled: goBool }),
  mixed: goStruct({
    items: goSlice(goStruct({ name: goString, on: goBool, tags: goSlice(goString) })),
    maps: goMap('string', goMap('string', goSlice(goString))),
    deep: goStruct({ kiss: goBool, ports: goMap('int32', goSlice(goBool)) }),
    same: goBool,
    Same: goBool,
  }),
} as const satisfies Record<string, GoType>;

export type GoTypeName = keyof typeof goTypes;

type Accepted = readonly [name: string, type: GoTypeName, text: string, value: unknown];
type Rejected = readonly [name: string, type: GoTypeName, text: string, error: string];

const NEG_OFF = { ingress: false, exposed_ports: null, zones: null };
const NEG_ON = { ...NEG_OFF, ingress: true };
const MIXED_ZERO = { items: null, maps: null, deep: { kiss: false, ports: null }, same: false, Same: false };

function exposing(...ports: readonly (readonly [number, string])[]) {
  return { ...NEG_OFF, exposed_ports: new Map(ports.map(([port, name]) => [port, { name }])) };
}

function mapOf(values: Readonly<Record<string, unknown>>) {
  return new Map(Object.entries(values));
}

export const accepted: readonly Accepted[] = [
  // The NEG annotation.
  ['the usual value', 'neg', '{"ingress": true}', NEG_ON],
  ['false', 'neg', '{"ingress":false}', NEG_OFF],
  [
    'every field at once',
    'neg',
    '{"ingress":true,"exposed_ports":{"80":{"name":"web"},"443":{}},"zones":["a","*"]}',
    {
      ingress: true,
      exposed_ports: new Map([
        [80, { name: 'web' }],
        [443, { name: '' }],
      ]),
      zones: ['a', '*'],
    },
  ],
  ['an empty object', 'neg', '{}', NEG_OFF],
  ['null for the whole value', 'neg', 'null', NEG_OFF],
  ['null for a bool', 'neg', '{"ingress":null}', NEG_OFF],
  ['null after true, which leaves true', 'neg', '{"ingress":true,"ingress":null}', NEG_ON],
  ['null for a map', 'neg', '{"exposed_ports":null}', NEG_OFF],
  ['null after a map, which empties it', 'neg', '{"exposed_ports":{"80":{}},"exposed_ports":null}', NEG_OFF],
  [
    'keys in another case',
    'neg',
    '{"Ingress":true,"EXPOSED_PORTS":{"80":{"Name":"x"}}}',
    {
      ...exposing([80, 'x']),
      ingress: true,
    },
  ],
  ['the long s of old print for s', 'neg', '{"ingre\u017f\u017f":true}', NEG_ON],
  ['keys written with escapes', 'neg', '{"\\u0069ngress":true}', NEG_ON],
  ['a dotted capital I, which is no i', 'neg', '{"\u0130ngress":true}', NEG_OFF],
  ['a dotless i, which is no i', 'neg', '{"\u0131ngress":true}', NEG_OFF],
  ['unknown keys, of any type', 'neg', '{"exposedPorts":[1,{"a":null}],"exposed-ports":7,"ingress":true}', NEG_ON],
  ['a key with a space behind it, which is unknown', 'neg', '{"ingress ":true}', NEG_OFF],
  ['a duplicate key: the last one wins', 'neg', '{"ingress":true,"ingress":false}', NEG_OFF],
  ['a duplicate key in another case: the last one wins', 'neg', '{"ingress":false,"INGRESS":true}', NEG_ON],
  [
    'a duplicate map, which merges',
    'neg',
    '{"exposed_ports":{"80":{}},"exposed_ports":{"81":{}}}',
    exposing([80, ''], [81, '']),
  ],
  ['a duplicate map key, which replaces', 'neg', '{"exposed_ports":{"80":{"name":"x"},"080":{}}}', exposing([80, ''])],
  ['white space around everything', 'neg', ' \t\r\n{ "ingress"\n:\ttrue\r} \n', NEG_ON],
  ['null for a port', 'neg', '{"exposed_ports":{"80":null}}', exposing([80, ''])],
  ['null for a name', 'neg', '{"exposed_ports":{"80":{"name":null}}}', exposing([80, ''])],
  ['no ports', 'neg', '{"exposed_ports":{}}', exposing()],
  ['a port with leading zeros', 'neg', '{"exposed_ports":{"070":{}}}', exposing([70, ''])],
  ['a port with a plus', 'neg', '{"exposed_ports":{"+80":{}}}', exposing([80, ''])],
  ['a negative port', 'neg', '{"exposed_ports":{"-1":{}}}', exposing([-1, ''])],
  ['minus zero, which is zero', 'neg', '{"exposed_ports":{"-0":{}}}', exposing([0, ''])],
  ['a port that TCP does not have', 'neg', '{"exposed_ports":{"70000":{}}}', exposing([70000, ''])],
  [
    'the ends of int32',
    'neg',
    '{"exposed_ports":{"2147483647":{},"-2147483648":{}}}',
    exposing([2147483647, ''], [-2147483648, '']),
  ],
  ['many leading zeros', 'neg', `{"exposed_ports":{"${'0'.repeat(5000)}80":{}}}`, exposing([80, ''])],
  ['no zones', 'neg', '{"zones":[]}', { ...NEG_OFF, zones: [] }],
  ['null for zones', 'neg', '{"zones":["a"],"zones":null}', NEG_OFF],
  ['null for a zone', 'neg', '{"zones":[null]}', { ...NEG_OFF, zones: [''] }],
  ['duplicate zones, which replace', 'neg', '{"zones":["a","b"],"zones":["c"]}', { ...NEG_OFF, zones: ['c'] }],
  [
    'null over an earlier zone, which leaves it',
    'neg',
    '{"zones":["a","b"],"zones":[null]}',
    { ...NEG_OFF, zones: ['a'] },
  ],
  [
    'null where a longer list was cut: the old zone is back',
    'neg',
    '{"zones":["a","b"],"zones":["c"],"zones":["d",null]}',
    {
      ...NEG_OFF,
      zones: ['d', 'b'],
    },
  ],
  [
    'an empty list in between, which forgets',
    'neg',
    '{"zones":["a"],"zones":[],"zones":[null]}',
    { ...NEG_OFF, zones: [''] },
  ],
  ['nesting of 10000 in an unknown key', 'neg', `{"x":${'['.repeat(9999)}${']'.repeat(9999)}}`, NEG_OFF],
  ['numbers of any size in an unknown key', 'neg', '{"x":[-0,1e999,0.5E-7,12345678901234567890]}', NEG_OFF],

  // app-protocols.
  ['protocols by port name', 'appProtocols', '{"web":"HTTPS","api":"HTTP2"}', mapOf({ web: 'HTTPS', api: 'HTTP2' })],
  ['map keys in their own case', 'appProtocols', '{"web":"HTTP","WEB":"HTTPS"}', mapOf({ web: 'HTTP', WEB: 'HTTPS' })],
  ['null for a protocol, which is ""', 'appProtocols', '{"web":null}', mapOf({ web: '' })],
  ['null after a protocol, which is "" too', 'appProtocols', '{"web":"HTTP","web":null}', mapOf({ web: '' })],
  ['null for the map', 'appProtocols', ' null ', null],
  ['an empty map', 'appProtocols', '{}', new Map()],
  ['the empty key', 'appProtocols', '{"":"HTTP"}', mapOf({ '': 'HTTP' })],
  [
    'keys that mean something to JavaScript',
    'appProtocols',
    '{"__proto__":"a","constructor":"b"}',
    new Map([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]),
  ],
  [
    'every escape',
    'appProtocols',
    '{"a":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u0000"}',
    mapOf({ a: '"\\/\b\f\n\r\t\u00e9\0' }),
  ],
  ['an escaped surrogate pair', 'appProtocols', '{"a":"\\ud83d\\ude00"}', mapOf({ a: '\u{1f600}' })],
  [
    'escaped lone surrogates',
    'appProtocols',
    '{"a":"\\ude00\\ud83d\\ud83d\\ude00\\ud83dx"}',
    mapOf({ a: '\ufffd\ufffd\u{1f600}\ufffdx' }),
  ],
  ['half a pair escaped and half of it not', 'appProtocols', '{"a":"\\ud83d\ude00"}', mapOf({ a: '\ufffd\ufffd' })],
  ['lone surrogates', 'appProtocols', '{"\ud800":"\udc00"}', mapOf({ '\ufffd': '\ufffd' })],
  [
    'control characters above U+001F, and line separators',
    'appProtocols',
    '{"a":"\x7f\u0085\u2028"}',
    mapOf({ a: '\x7f\u0085\u2028' }),
  ],
  ['a byte order mark in a string', 'appProtocols', '{"a":"\ufeff"}', mapOf({ a: '\ufeff' })],

  // backend-config.
  [
    'a default and ports',
    'backendConfig',
    '{"default":"a","ports":{"80":"b","http":"c"}}',
    {
      default: 'a',
      ports: mapOf({ 80: 'b', http: 'c' }),
    },
  ],
  ['unknown keys only', 'backendConfig', '{"port1":"x"}', { default: '', ports: null }],
  ['null for the default', 'backendConfig', '{"default":"a","default":null}', { default: 'a', ports: null }],
  [
    'duplicate ports, which merge',
    'backendConfig',
    '{"ports":{"80":"a","81":"b"},"Ports":{"80":"c"}}',
    {
      default: '',
      ports: mapOf({ 80: 'c', 81: 'b' }),
    },
  ],
  [
    'null between duplicate ports, which empties',
    'backendConfig',
    '{"ports":{"80":"a"},"ports":null,"ports":{"81":"b"}}',
    {
      default: '',
      ports: mapOf({ 81: 'b' }),
    },
  ],
  [
    'field names of JavaScript, which are unknown',
    'backendConfig',
    '{"__proto__":{"default":"x"},"toString":1}',
    {
      default: '',
      ports: null,
    },
  ],

  // Transparent health checks.
  ['the usual opt in', 'thc', '{"enabled":true}', { enabled: true }],
  ['null', 'thc', 'null', { enabled: false }],
  ['the field in capitals', 'thc', '{"ENABLED":true}', { enabled: true }],

  // What those types leave out.
  [
    'the Kelvin sign for k',
    'mixed',
    '{"deep":{"\u212ai\u017fS":true}}',
    { ...MIXED_ZERO, deep: { kiss: true, ports: null } },
  ],
  ['two fields that differ by case, each exact', 'mixed', '{"Same":true}', { ...MIXED_ZERO, Same: true }],
  ['two fields that differ by case, neither exact: the first', 'mixed', '{"SAME":true}', { ...MIXED_ZERO, same: true }],
  [
    'a duplicate struct, which merges',
    'mixed',
    '{"deep":{"kiss":true},"deep":{"ports":{"1":[]}},"deep":null}',
    {
      ...MIXED_ZERO,
      deep: { kiss: true, ports: new Map([[1, []]]) },
    },
  ],
  [
    'structs in a duplicate list, which keep their earlier fields',
    'mixed',
    '{"items":[{"name":"a","on":true}],"items":[{"name":"b"}]}',
    {
      ...MIXED_ZERO,
      items: [{ name: 'b', on: true, tags: null }],
    },
  ],
  [
    'structs behind the cut of a duplicate list, which come back',
    'mixed',
    '{"items":[{},{"on":true}],"items":[{}],"items":[{},{"name":"b"}]}',
    {
      ...MIXED_ZERO,
      items: [
        { name: '', on: false, tags: null },
        { name: 'b', on: true, tags: null },
      ],
    },
  ],
  [
    'maps in a map, which a duplicate replaces',
    'mixed',
    '{"maps":{"a":{"x":["1"]},"a":{"y":null}}}',
    {
      ...MIXED_ZERO,
      maps: mapOf({ a: mapOf({ y: null }) }),
    },
  ],
];

export const rejected: readonly Rejected[] = [
  // Not JSON.
  ['an empty text', 'neg', '', 'the value is empty'],
  ['white space only', 'neg', ' \n', 'the value is nothing but whitespace'],
  ['a text behind the value', 'neg', '{"ingress": true} x', 'unexpected text after the JSON value at character 19'],
  ['a second value', 'neg', '{"ingress":true}{}', 'unexpected text after the JSON value at character 17'],
  ['one brace too many', 'neg', '{"ingress":true}}', 'unexpected text after the JSON value at character 17'],
  ['a brace that is missing', 'neg', '{"ingress":true', 'the object that opens at character 1 is never closed'],
  ['a bracket that is missing', 'neg', '{"zones":["a"', 'the array that opens at character 10 is never closed'],
  ['the wrong bracket', 'neg', '{"zones":["a"}', 'expected "," or "]" at character 14, not "}"'],
  ['a string that is not closed', 'neg', '{"ingress', 'the string that opens at character 2 is never closed'],
  ['a comma before the brace', 'neg', '{"ingress":true,}', 'JSON allows no comma before "}" (character 17)'],
  ['a comma before the bracket', 'neg', '{"zones":["a",]}', 'JSON allows no comma before "]" (character 15)'],
  ['two commas', 'neg', '{"zones":["a",,"b"]}', 'expected a value at character 15, not ","'],
  ['no comma', 'neg', '{"ingress":true "zones":[]}', 'expected "," or "}" at character 17, not a double quote'],
  ['no colon', 'neg', '{"ingress" true}', 'expected a colon after the key "ingress" at character 12, not "t"'],
  ['no value', 'neg', '{"ingress":}', 'expected a value at character 12, not "}"'],
  ['a key alone', 'neg', '{"ingress"}', 'expected a colon after the key "ingress" at character 11, not "}"'],
  ['an equals sign', 'neg', '{"ingress"=true}', 'expected a colon after the key "ingress" at character 11, not "="'],
  ['single quotes', 'neg', "{'ingress':true}", 'single quotes are not JSON: use double quotes (character 2)'],
  ['curly quotes', 'neg', '{“ingress”:true}', 'curly quotes are not JSON: use straight double quotes (character 2)'],
  ['the true of Python', 'neg', '{"ingress":True}', '"True" is not JSON: write true in lower case (character 12)'],
  ['a true that goes on', 'neg', '{"ingress":truely}', 'expected "," or "}" at character 16, not "l"'],
  [
    'an undefined',
    'neg',
    '{"ingress":undefined}',
    '"undefined" is not a JSON value: text needs double quotes (character 12)',
  ],
  ['a comment', 'neg', '{"ingress":true} // on', 'unexpected text after the JSON value at character 18'],
  ['a comment inside', 'neg', '{/* on */"ingress":true}', 'comments are not JSON (character 2)'],
  ['a byte order mark', 'neg', '\ufeff{"ingress":true}', 'a byte order mark is not JSON (character 1)'],
  ['a no-break space', 'neg', '{"ingress":\u00a0true}', 'expected a value at character 12, not U+00A0'],
  ['YAML', 'neg', 'ingress: true', '"ingress" is not a JSON value: text needs double quotes (character 1)'],
  ['a key without quotes', 'neg', '{ingress:true}', 'the key "ingress" needs double quotes (character 2)'],
  ['a port key without quotes', 'neg', '{"exposed_ports":{80:{}}}', 'the key "80" needs double quotes (character 19)'],
  [
    'a line break in a string',
    'neg',
    '{"ingress\n":true}',
    'a line break in a string must be written as an escape (character 10)',
  ],
  ['a NUL in a string', 'neg', '{"ingress\0":true}', 'U+0000 in a string must be written as an escape (character 10)'],
  [
    'a tab in a string',
    'neg',
    '{"zones":["\u{1f600}\t"]}',
    'a tab in a string must be written as an escape (character 13)',
  ],
  [
    'an escape that JSON does not have',
    'neg',
    '{"\\x69ngress":true}',
    'the backslash at character 3 starts no escape that JSON has',
  ],
  [
    'an escaped single quote',
    'neg',
    '{"zones":["\\\'"]}',
    'the backslash at character 12 starts no escape that JSON has',
  ],
  ['half an escape', 'neg', '{"zones":["\\u12"]}', 'the backslash at character 12 starts no escape that JSON has'],
  ['a number with a leading zero', 'neg', '{"x":01}', 'expected "," or "}" at character 7, not "1"'],
  ['a number with a plus', 'neg', '{"x":+1}', 'expected a value at character 6, not "+"'],
  ['a minus alone', 'neg', '{"x":-}', 'expected a value at character 6, not "-"'],
  ['a number without its fraction', 'neg', '{"x":1.}', 'expected "," or "}" at character 7, not "."'],
  ['a number without its exponent', 'neg', '{"x":1e}', 'expected "," or "}" at character 7, not "e"'],
  ['a hexadecimal number', 'neg', '{"x":0x1}', 'expected "," or "}" at character 7, not "x"'],
  ['infinity', 'neg', '{"x":-Infinity}', 'expected a value at character 6, not "-"'],
  [
    'bad syntax in an unknown key',
    'neg',
    '{"x":[tru],"ingress":true}',
    '"tru" is not a JSON value: text needs double quotes (character 7)',
  ],
  [
    'nesting of 10001',
    'neg',
    `{"x":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
    'the value is nested deeper than 10000 levels',
  ],
  [
    'as many brackets as an annotation holds',
    'neg',
    '['.repeat(262_144),
    'the value is nested deeper than 10000 levels',
  ],
  [
    'as many objects as an annotation holds',
    'thc',
    '{"a":'.repeat(52_428),
    'the value is nested deeper than 10000 levels',
  ],

  // JSON, but another type.
  ['true', 'neg', 'true', 'the value must be an object, not true'],
  ['true for the opt in', 'thc', 'true', 'the value must be an object, not true'],
  ['a list', 'neg', '[]', 'the value must be an object, not an array'],
  ['a string', 'neg', '"ingress"', 'the value must be an object, not a string'],
  ['JSON in a string', 'neg', '"{\\"ingress\\":true}"', 'the value must be an object, not a string'],
  ['a bool in quotes', 'neg', '{"ingress":"true"}', '"ingress" must be true or false, not a string'],
  ['a number for a bool', 'neg', '{"ingress":1}', '"ingress" must be true or false, not a number'],
  ['an object for a bool', 'thc', '{"enabled":{}}', '"enabled" must be true or false, not an object'],
  [
    'a wrong type that a duplicate puts right',
    'neg',
    '{"ingress":"true","ingress":true}',
    '"ingress" must be true or false, not a string',
  ],
  ['a wrong type under a key in another case', 'neg', '{"Ingress":1}', '"Ingress" must be true or false, not a number'],
  [
    'a port key that is a name',
    'neg',
    '{"exposed_ports":{"http":{}}}',
    'the key "http" in "exposed_ports" must be a whole number of at most 32 bits',
  ],
  [
    'a port key with a space',
    'neg',
    '{"exposed_ports":{" 80":{}}}',
    'the key " 80" in "exposed_ports" must be a whole number of at most 32 bits',
  ],
  [
    'a port key with a fraction',
    'neg',
    '{"exposed_ports":{"80.0":{}}}',
    'the key "80.0" in "exposed_ports" must be a whole number of at most 32 bits',
  ],
  [
    'a port key with an underscore',
    'neg',
    '{"exposed_ports":{"1_0":{}}}',
    'the key "1_0" in "exposed_ports" must be a whole number of at most 32 bits',
  ],
  [
    'a port key in hexadecimal',
    'neg',
    '{"exposed_ports":{"0x50":{}}}',
    'the key "0x50" in "exposed_ports" must be a whole number of at most 32 bits',
  ],
  [
    'a port key in Arabic digits',
    'neg',
    '{"exposed_ports":{"\u0668\u0660":{}}}',
    'the key "٨٠" in "exposed_ports" must be a whole number of at most 32 bits',
  ],
  [
    'a sign for a port key',
    'neg',
    '{"exposed_ports":{"+":{}}}',
    'the key "+" in "exposed_ports" must be a whole number of at most 32 bits',
  ],
  [
    'an empty port key',
    'neg',
    '{"exposed_ports":{"":{}}}',
    'the key "" in "exposed_ports" must be a whole number of at most 32 bits',
  ],
  [
    'a port key with a line break',
    'neg',
    '{"exposed_ports":{"80\\n":{}}}',
    `the key "80\\n" in "exposed_ports" must be a whole number of at most 32 bits`,
  ],
  [
    'a port key one too high',
    'neg',
    '{"exposed_ports":{"2147483648":{}}}',
    'the key "2147483648" in "exposed_ports" must be a whole number of at most 32 bits',
  ],
  [
    'a port key one too low',
    'neg',
    '{"exposed_ports":{"-2147483649":{}}}',
    'the key "-2147483649" in "exposed_ports" must be a whole number of at most 32 bits',
  ],
  [
    'a port value that is a string',
    'neg',
    '{"exposed_ports":{"80":"web"}}',
    '"exposed_ports.80" must be an object, not a string',
  ],
  [
    'a name that is a number',
    'neg',
    '{"exposed_ports":{"80":{"name":1}}}',
    '"exposed_ports.80.name" must be a string, not a number',
  ],
  ['ports as a list', 'neg', '{"exposed_ports":[80]}', '"exposed_ports" must be an object, not an array'],
  [
    'ports as a list that null takes back',
    'neg',
    '{"exposed_ports":[80],"exposed_ports":null}',
    '"exposed_ports" must be an object, not an array',
  ],
  ['zones as a string', 'neg', '{"zones":"a"}', '"zones" must be an array, not a string'],
  ['zones as an object', 'neg', '{"zones":{}}', '"zones" must be an array, not an object'],
  ['a zone that is a number', 'neg', '{"zones":["a",1]}', '"zones[1]" must be a string, not a number'],
  ['an empty app-protocols', 'appProtocols', '', 'the value is empty'],
  ['a protocol that is a list', 'appProtocols', '{"web":["HTTP"]}', '"web" must be a string, not an array'],
  ['a protocol that is false', 'appProtocols', '{"web":false}', '"web" must be a string, not false'],
  ['protocols as a list', 'appProtocols', '["HTTP"]', 'the value must be an object, not an array'],
  [
    'a wrong type that a duplicate puts right, in a map',
    'appProtocols',
    '{"web":1,"web":"HTTP"}',
    '"web" must be a string, not a number',
  ],
  [
    'a key that would break the line',
    'appProtocols',
    '{"\\n\u2028\u202e":1}',
    `"\\n\\u{2028}\\u{202e}" must be a string, not a number`,
  ],
  [
    'a key that would fill the screen',
    'appProtocols',
    `{"${'k'.repeat(1000)}":1}`,
    '"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk…" must be a string, not a number',
  ],
  [
    'a default that is an object',
    'backendConfig',
    '{"default":{"80":"a"}}',
    '"default" must be a string, not an object',
  ],
  ['a number for a BackendConfig', 'backendConfig', '{"ports":{"80":1}}', '"ports.80" must be a string, not a number'],
  ['ports as a string', 'backendConfig', '{"ports":"a"}', '"ports" must be an object, not a string'],
  [
    'a wrong type below a list',
    'mixed',
    '{"items":[{},{"tags":["a",{}]}]}',
    '"items[1].tags[1]" must be a string, not an object',
  ],
];
