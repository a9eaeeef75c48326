import { expect, it } from 'vitest';
import { ingress, service } from '../../test/support/objects.ts';
import { backendOf, faultsOf } from '../../test/support/plan-of.ts';

const OLD = 'service.alpha.kubernetes.io/app-protocols';
const NEW = 'cloud.google.com/app-protocols';

/** Facts §3.3 */
it.each([
  ['HTTP without annotation', {}, 'HTTP'],
  ['by port name', { [NEW]: '{"http": "HTTPS"}' }, 'HTTPS'],
  ['HTTP2', { [NEW]: '{"http": "HTTP2"}' }, 'HTTP2'],
  ['the older key is looked at first', { [OLD]: '{"http": "HTTP2"}', [NEW]: '{"http": "HTTPS"}' }, 'HTTP2'],
  ['the older key decides even where it does not name the port', { [OLD]: '{}', [NEW]: '{"http": "HTTPS"}' }, 'HTTP'],
  ['a bad older key is not rescued', { [OLD]: 'x', [NEW]: '{"http": "HTTPS"}' }, 'ErrSvcAppProtosParsing'],
  ['null names nothing', { [NEW]: 'null' }, 'HTTP'],
  ['a number is no name', { [NEW]: '{"80": "HTTPS"}' }, 'HTTP'],
  ['lower case', { [NEW]: '{"http": "https"}' }, 'ErrSvcAppProtosParsing'],
  ['another protocol, for a port that is not there', { [NEW]: '{"x": "GRPC"}' }, 'ErrSvcAppProtosParsing'],
  ['null as a protocol', { [NEW]: '{"http": null}' }, 'ErrSvcAppProtosParsing'],
  ['an empty annotation', { [NEW]: '' }, 'ErrSvcAppProtosParsing'],
])('protocol: %s', (_name, annotations, expected) => {
  const backend = backendOf([ingress({ class: 'gce' }), service({ type: 'NodePort', annotations })]);
  expect(backend.error?.code ?? backend.protocol).toBe(expected);
});

it('matches the port without a name by the empty key', () => {
  const web = service({ type: 'NodePort', ports: [{ port: 80 }], annotations: { [NEW]: '{"": "HTTPS"}' } });
  expect(backendOf([ingress({ class: 'gce' }), web]).protocol).toBe('HTTPS');
});

it('finds each key that names no port, once a Service (C44)', () => {
  const web = service({ type: 'NodePort', annotations: { [NEW]: '{"80": "HTTPS", "http": "HTTP", "htpp": "HTTP2"}' } });
  const found = `C44 Service/shop/web metadata.annotations.${NEW}`;
  expect(faultsOf([ingress({ class: 'gce' }), web])).toEqual([found, found]);
});
