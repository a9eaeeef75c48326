import { describe, expect, it } from 'vitest';
import { factsOf } from '../../test/support/facts.ts';
import { service } from '../../test/support/objects.ts';
import type { Facts } from '../facts/facts.ts';
import { referenceTo } from '../kubernetes/field-path.ts';
import type { Service } from '../kubernetes/objects.ts';
import { parseObject } from '../kubernetes/parse.ts';
import { renderFix } from './fix.ts';
import { enableNeg, makeNodePort } from './neg-remedies.ts';

const UNKNOWN = factsOf();
const ROUTES_BASED = factsOf({ vpcNative: false });

function textOf(neg: string | undefined, facts: Facts = UNKNOWN): string {
  const object = parseObject(service(neg === undefined ? {} : { neg })) as Service;
  return renderFix(enableNeg(object, facts), referenceTo(object)).text;
}

describe('enableNeg', () => {
  it.each([
    [undefined, `cloud.google.com/neg: '{"ingress": true}'`],
    ['yes', `cloud.google.com/neg: '{"ingress": true}'`],
    ['{"ingress": false}', `cloud.google.com/neg: '{"ingress": true}'`],
    ['{"exposed_ports": {"80": {}}}', `cloud.google.com/neg: '{"ingress": true, "exposed_ports": {"80": {}}}'`],
  ])('of a Service with %j sets %s', (neg, what) => {
    expect(textOf(neg)).toBe(`Set ${what}`);
  });

  it('leaves custom names to a person', () => {
    expect(textOf('{"exposed_ports": {"80": {"name": "web"}}}')).toBe(
      'Add "ingress": true to cloud.google.com/neg, and remove the names in its exposed_ports',
    );
  });

  it('is nothing on a routes-based cluster, where node ports remain', () => {
    const object = parseObject(service()) as Service;
    expect(enableNeg(object, ROUTES_BASED)).toEqual([]);
    expect(renderFix([makeNodePort(object, ROUTES_BASED)], referenceTo(object)).text).toBe(
      'Set spec.type: NodePort (NEGs do not work on this routes-based cluster)',
    );
  });
});
