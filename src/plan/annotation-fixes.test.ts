// What people are told to write in place of an annotation that does not work.
import { describe, expect, it } from 'vitest';
import { parsed } from '../../test/support/corridor.ts';
import { type RawObject, service } from '../../test/support/objects.ts';
import type { Service } from '../kubernetes/objects.ts';
import { howToNameBackendConfig } from './backend-config-fix.ts';
import { saysWhetherIngress, unknownNegKeys } from './neg.ts';
import { howToEnableNegInWords } from './neg-fix.ts';
import { howToWriteAppProtocols } from './protocol-fix.ts';

function serviceOf(raw: RawObject): Service {
  const object = parsed(raw);
  if (object.kind !== 'Service') throw new TypeError('a Service parses into a Service');
  return object;
}

const WEB = serviceOf(service());

describe('howToNameBackendConfig', () => {
  it.each([
    ['web', `Write '{"default": "web"}'.`],
    [' "web"\n', `Write '{"default": "web"}'.`],
    ['{"http": "web"}', `Write '{"ports": {"http": "web"}}'.`],
    ['{"80": "web"}', `Write '{"ports": {"80": "web"}}'.`],
    ['{"name": "web"}', `Write '{"default": "web"}'.`],
    ['{"http": "web", "admin": "web"}', `Write '{"default": "NAME"}'.`],
    ['{"http": ""}', `Write '{"default": "NAME"}'.`],
    ['{}', `Write '{"default": "NAME"}'.`],
    ['true', `Write '{"default": "NAME"}'.`],
    ['null', `Write '{"default": "NAME"}'.`],
    ['80', `Write '{"default": "NAME"}'.`],
    ['', `Write '{"default": "NAME"}'.`],
  ])('for %j says: %s', (text, fix) => {
    expect(howToNameBackendConfig(text, WEB)).toBe(fix);
  });
});

describe('howToWriteAppProtocols', () => {
  it.each([
    ['{"http": "https"}', `Write '{"http": "HTTPS"}'.`],
    ['{"http": "h2c"}', `Write '{"http": "HTTP2"}'.`],
    ['{"http": "GRPC", "admin": "HTTP"}', `Write '{"http": "HTTP2", "admin": "HTTP"}'.`],
    ['{"http": "TCP"}', `Write '{"http": "HTTP"}'.`],
    ['{"a": "x", "b": "y", "c": "z"}', `Write '{"http": "HTTPS"}', or HTTP, or HTTP2.`],
    ['HTTPS', `Write '{"http": "HTTPS"}', or HTTP, or HTTP2.`],
  ])('for %j says: %s', (text, fix) => {
    expect(howToWriteAppProtocols(text, WEB)).toBe(fix);
  });

  it('has a placeholder where the port has no name', () => {
    const nameless = serviceOf(service({ ports: [{ port: 80 }] }));
    expect(howToWriteAppProtocols('', nameless)).toBe(`Write '{"PORT-NAME": "HTTPS"}', or HTTP, or HTTP2.`);
  });
});

describe('howToEnableNegInWords', () => {
  const fixOf = (neg: string): string => howToEnableNegInWords(serviceOf(service({ neg })));

  it('keeps what the annotation says already', () => {
    expect(howToEnableNegInWords(WEB)).toBe(`Add cloud.google.com/neg: '{"ingress": true}'`);
    expect(fixOf('yes')).toBe(`Write cloud.google.com/neg: '{"ingress": true}'`);
    expect(fixOf('{"ingress": false}')).toBe('Add "ingress": true to cloud.google.com/neg');
    expect(fixOf('{"exposed_ports": {"80": {"name": "web"}}}')).toBe(
      'Add "ingress": true to cloud.google.com/neg, and remove the names in its exposed_ports',
    );
  });
});

describe('what a NEG annotation says', () => {
  it.each([
    ['{"ingress": false}', true],
    ['{"Ingress": true}', true],
    ['{"ingress": null}', false],
    ['{"exposed_ports": {}}', false],
    ['{}', false],
    ['null', false],
    ['', false],
  ])('of NEGs for an Ingress, in %j: %s', (text, says) => {
    expect(saysWhetherIngress(text)).toBe(says);
  });

  it('names the keys that the controller passes over', () => {
    expect(unknownNegKeys('{"ingress": true, "exposedPorts": {}, "zones": []}')).toEqual(['exposedPorts']);
  });
});
