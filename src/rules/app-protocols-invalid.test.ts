import { describe, expect, it } from 'vitest';
import { describeRule } from '../../test/support/describe-rule.ts';
import { ingress, ingressOf, type RawObject, service } from '../../test/support/objects.ts';
import { planOf } from '../../test/support/plan-of.ts';
import type { WordingContext } from '../judge/rule.ts';
import type { FaultOf } from '../plan/fault.ts';
import { appProtocolsInvalid } from './app-protocols-invalid.ts';

const GCE = ingress({ class: 'gce' });
const KEY = 'cloud.google.com/app-protocols';
const OLD_KEY = 'service.alpha.kubernetes.io/app-protocols';
const FAILS = 'the whole of Ingress "web" fails';
const MAY_FAIL = 'an Ingress that uses the Service fails';

const speaking = (value: string, options: Parameters<typeof service>[0] = {}, key = KEY): RawObject =>
  service({
    neg: '{"ingress": true}',
    annotations: { 'cloud.google.com/neg': '{"ingress": true}', [key]: value },
    ...options,
  });
const found = (error: string, fate = FAILS, key = KEY): string =>
  `metadata.annotations["${key}"]: ${key} cannot be decoded (${error}), so ${fate}.`;
const NO_JSON = '"HTTPS" is not a JSON value: text needs double quotes (character 1)';
const none = (protocol: string): string => `"${protocol}" (port "http") is none of HTTP, HTTPS, HTTP2`;

describeRule(appProtocolsInvalid, {
  finds: {
    'a protocol in lower case': [[speaking('{"http": "https"}'), GCE], found(none('https'))],
    'gRPC, which is no protocol of its own to Google': [[speaking('{"http": "GRPC"}'), GCE], found(none('GRPC'))],
    'HTTP/2 in the clear': [[speaking('{"http": "H2C"}'), GCE], found(none('H2C'))],
    'an empty protocol': [[speaking('{"http": ""}'), GCE], found(none(''))],
    'a null, which Go reads as an empty protocol': [[speaking('{"http": null}'), GCE], found(none(''))],
    'one bad value fails the other ports too': [
      [speaking('{"http": "HTTP", "admin": "TCP"}'), GCE],
      found('"TCP" (port "admin") is none of HTTP, HTTPS, HTTP2'),
    ],
    'a protocol where JSON belongs': [[speaking('HTTPS'), GCE], found(NO_JSON)],
    'an empty value': [[speaking(''), GCE], found('the value is empty')],
    'single quotes': [
      [speaking("{'http':'HTTPS'}"), GCE],
      found('single quotes are not JSON: use double quotes (character 2)'),
    ],
    'the older key, which decides even where the newer one is right': [
      [
        speaking('{"http": "https"}', { annotations: { [OLD_KEY]: '{"http": "https"}', [KEY]: '{"http": "HTTPS"}' } }),
        GCE,
      ],
      found(none('https'), FAILS, OLD_KEY),
    ],
    'the older key, which is no JSON, where the newer one is right': [
      [speaking('', { annotations: { [OLD_KEY]: 'HTTPS', [KEY]: '{"http": "HTTPS"}' } }), GCE],
      found(NO_JSON, FAILS, OLD_KEY),
    ],
    'both keys are no JSON': [
      [speaking('', { annotations: { [OLD_KEY]: 'HTTPS', [KEY]: 'HTTPS' } }), GCE],
      found(NO_JSON, FAILS, OLD_KEY),
    ],
    'behind an internal Ingress': [
      [speaking('{"http": "https"}'), ingress({ class: 'gce-internal' })],
      found(none('https')),
    ],
    'no Ingress is known to use the Service': [
      [speaking('{"http": "https"}')],
      `(possible) ${found(none('https'), MAY_FAIL)}`,
    ],
    'only an Ingress of another controller uses it': [
      [speaking('{"http": "https"}'), ingress({ class: 'nginx' })],
      `(possible) ${found(none('https'), MAY_FAIL)}`,
    ],
    'the Ingress names a port that the Service does not have, which fails first': [
      [speaking('{"http": "https"}'), ingress({ class: 'gce', port: { number: 81 } })],
      `(possible) ${found(none('https'), FAILS)}`,
    ],
  },
  passes: {
    'HTTPS, as Google documents it': [speaking('{"http":"HTTPS"}'), GCE],
    'HTTP2 under the older key': [speaking('{"http":"HTTP2"}', {}, OLD_KEY), GCE],
    'an empty object': [speaking('{}'), GCE],
    'null, which is an empty map': [speaking('null'), GCE],
    'a key that is no port name, which is another finding': [speaking('{"443":"HTTPS"}'), GCE],
    'a port given twice, of which the last counts': [speaking('{"http":"https","http":"HTTPS"}'), GCE],
    'spaces and newlines': [speaking(' {\n "http" : "HTTPS" }\n'), GCE],
    'a bad newer key beside the older one, which is not consulted': [
      speaking('', { annotations: { [OLD_KEY]: '{"http": "HTTPS"}', [KEY]: '{"http": "https"}' } }),
      GCE,
    ],
    'no annotation': [service({ neg: '{"ingress": true}' }), GCE],
  },
});

describe('the fix for an annotation whose meaning is not clear', () => {
  const wordsFor = (annotations: Readonly<Record<string, string>>, ports = [{ name: 'http', port: 80 }]) => {
    const paths = ports.map(({ port }) => ({ path: `/${port}`, pathType: 'Prefix', backend: to(port) }));
    const plan = planOf([service({ type: 'NodePort', ports, annotations }), ingressOf(paths)]);
    const faults = plan.faults.filter((fault): fault is FaultOf<'C7'> => fault.condition === 'C7');
    return faults.map((fault) => appProtocolsInvalid.words?.C7?.(fault, { plan } as WordingContext));
  };
  const to = (number: number): RawObject => ({ service: { name: 'web', port: { number } } });
  const removalOf = (annotations: Readonly<Record<string, string>>): unknown => {
    const { edits = [], because } = wordsFor(annotations)[0]?.fix?.[1] ?? {};
    return { removes: edits.map(({ path }) => path.at(-1)), because };
  };

  it('says what is there without it', () => {
    expect(removalOf({ [KEY]: 'HTTPS' })).toEqual({ removes: [KEY], because: 'for HTTP' });
  });

  it('says that the newer key decides without the older one', () => {
    const annotations = { [OLD_KEY]: 'HTTPS', [KEY]: '{"http": "HTTPS"}' };
    expect(removalOf(annotations)).toEqual({ removes: [OLD_KEY], because: `then ${KEY} decides` });
  });

  it('removes the newer key too where that one cannot be decoded either', () => {
    const annotations = { [OLD_KEY]: 'HTTPS', [KEY]: 'HTTPS' };
    expect(removalOf(annotations)).toEqual({ removes: [OLD_KEY, KEY], because: 'for HTTP' });
  });

  it('is made once, however many ports of the Service are named', () => {
    const ports = [80, 81, 82].map((port) => ({ name: `http-${port}`, port }));
    const [first, ...others] = wordsFor({ [KEY]: 'HTTPS' }, ports).map((wording) => wording?.fix);
    expect(first).toBeDefined();
    expect(others.map((fix) => fix === first)).toEqual([true, true]);
  });
});
