import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { accepted, goTypes, rejected } from '../../test/go-json/cases.ts';
import { decodeGoJson, type GoType, unknownGoKeys } from './go-json.ts';

const types: readonly GoType[] = Object.values(goTypes);

describe('decodeGoJson', () => {
  it.each(accepted)('accepts %s (%s)', (_name, type, text, value) => {
    expect(decodeGoJson<GoType>(text, goTypes[type])).toStrictEqual({ ok: true, value });
  });

  it.each(rejected)('rejects %s (%s)', (_name, type, text, error) => {
    expect(decodeGoJson<GoType>(text, goTypes[type])).toStrictEqual({ ok: false, error });
  });

  it('gives values the type that the Go type describes', () => {
    const decoded = decodeGoJson('{"exposed_ports":{"80":{"name":"web"}}}', goTypes.neg);

    expectTypeOf(decoded).toEqualTypeOf<
      | { readonly ok: false; readonly error: string }
      | {
          readonly ok: true;
          readonly value: {
            readonly ingress: boolean;
            readonly exposed_ports: ReadonlyMap<number, { readonly name: string }> | null;
            readonly zones: readonly string[] | null;
          };
        }
    >();
    expect(decoded.ok && decoded.value.exposed_ports?.get(80)?.name).toBe('web');
  });

  it('answers every string with a value or one line of error, and never throws', () => {
    const piece = fc.constantFrom(
      ...'{}[]:,"\\ \n',
      'u00',
      'd83d',
      '1',
      '-',
      '.',
      'e',
      'true',
      'null',
      '"ingress"',
      '"80"',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.array(piece).map((pieces) => pieces.join('')),
    );

    fc.assert(
      fc.property(text, fc.constantFrom(...types), (input, type) => {
        const decoded = decodeGoJson(input, type);
        unknownGoKeys(input, type);
        if (!decoded.ok) expect(decoded.error).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]+$/u);
      }),
      { numRuns: 2000 },
    );
  });

  it('knows the syntax that JSON.parse knows', () => {
    const piece = fc.constantFrom(...'{}[]:,"0- ', '"a"', '\\u0020', '1.5', 'e+', 'true', 'null', '\u00a0', '\t');
    const text = fc.oneof(
      fc.json(),
      fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
    );

    fc.assert(
      fc.property(text, (input) => {
        // Under an unknown key any value is right, so that syntax alone decides.
        const wrapped = `{"unknown":${input}}`;
        expect(decodeGoJson(wrapped, goTypes.thc).ok).toBe(isJson(wrapped));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('unknownGoKeys', () => {
  it.each([
    [
      'the keys that no field takes, in the order of the text',
      '{"zone":[],"ingress":true,"exposedPorts":1}',
      ['zone', 'exposedPorts'],
    ],
    ['each key once', '{"a":1,"b":2,"a":3}', ['a', 'b']],
    ['keys as they are decoded, in their own case', '{"\\u0041b ":1}', ['Ab ']],
    ['no key that a field takes in another case', '{"INGRESS":true,"Zone\u017f":[]}', []],
    ['keys that mean something to JavaScript', '{"__proto__":1,"constructor":2}', ['__proto__', 'constructor']],
    ['keys beside a wrong type', '{"ingress":"true","zone":[]}', ['zone']],
    ['no keys of nested objects', '{"exposed_ports":{"80":{"nmae":"x"}}}', []],
    ['nothing for a list', '["zone"]', []],
    ['nothing for null', 'null', []],
    ['nothing for a text that is not JSON', '{"zone":[],}', []],
  ])('gives %s', (_name, text, keys) => {
    expect(unknownGoKeys(text, goTypes.neg)).toStrictEqual(keys);
  });

  it('gives nothing for a map, which takes every key', () => {
    expect(unknownGoKeys('{"web":"HTTP"}', goTypes.appProtocols)).toStrictEqual([]);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
