import { describeRule } from '../../test/support/describe-rule.ts';
import { ingress, type RawObject, service } from '../../test/support/objects.ts';
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
  `metadata.annotations["${key}"]: ${key} is no use (${error}), so ${fate}.`;
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
    'a protocol where JSON belongs': [
      [speaking('HTTPS'), GCE],
      found('"HTTPS" is not a JSON value: text needs double quotes (character 1)'),
    ],
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
      `(possible) ${found(none('https'), MAY_FAIL)}`,
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
