import { describe, expect, it } from 'vitest';
import { service } from '../../test/support/objects.ts';
import type { Service } from '../kubernetes/objects.ts';
import { parseObject } from '../kubernetes/parse.ts';
import { saysWhetherIngress, unknownNegKeys } from './neg.ts';
import { negAnnotationWithIngress, respeltNeg } from './neg-meant.ts';

const meantBy = (neg?: string): string | undefined =>
  negAnnotationWithIngress(parseObject(service(neg === undefined ? {} : { neg })) as Service);

describe('negAnnotationWithIngress', () => {
  it.each([
    [undefined, '{"ingress": true}'],
    ['yes', '{"ingress": true}'],
    ['{"ingress": false}', '{"ingress": true}'],
    ['{"exposed_ports": {"80": {}, "81": {}}}', '{"ingress": true, "exposed_ports": {"80": {}, "81": {}}}'],
    ['{"zones": ["a", "b"]}', '{"ingress": true, "zones": ["a","b"]}'],
  ])('keeps what the annotation says already: %j becomes %s', (neg, meant) => {
    expect(meantBy(neg)).toBe(meant);
  });

  it('does not exist beside custom names', () => {
    expect(meantBy('{"exposed_ports": {"80": {"name": "web"}}}')).toBeUndefined();
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

describe('respeltNeg', () => {
  it.each([
    ['{"exposedPorts": {"80": {"name": "web"}}}', '{"exposed_ports": {"80": {"name": "web"}}}'],
    ['{"ingres": true}', '{"ingress": true}'],
    ['{"Ingress": false, "ingres": true}', '{"ingress": false}'],
    ['{"ingress": true, "enabled": true}', '{"ingress": true}'],
    ['{"ingress": false, "zone": "a"}', '{"ingress": false}'],
    ['{"ingress": false, "zone": ["a"], "zons": ["b"]}', '{"ingress": false, "zones": ["a"]}'],
    [
      '{"ingress": true, "exposedPorts": {"80": {"name": "web"}, "81": {}}}',
      '{"ingress": true, "exposed_ports": {"80": {}}}',
    ],
    ['{"exposed-ports": [80]}', '{}'],
    ['null', '{}'],
  ])('%s becomes %s', (neg, text) => {
    const respelt = respeltNeg(parseObject(service({ neg })) as Service);
    expect(respelt?.text).toBe(text);
    expect(respelt?.service.metadata.annotations['cloud.google.com/neg']).toBe(text);
  });

  it.each([undefined, 'yes'])('does not exist for %s', (neg) => {
    expect(respeltNeg(parseObject(service(neg === undefined ? {} : { neg })) as Service)).toBeUndefined();
  });
});
