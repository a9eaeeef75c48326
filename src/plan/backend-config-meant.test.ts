import { describe, expect, it } from 'vitest';
import { service } from '../../test/support/objects.ts';
import type { Service } from '../kubernetes/objects.ts';
import { parseObject } from '../kubernetes/parse.ts';
import { readBackendConfigAnnotation } from './backend-config.ts';
import { backendConfigAnnotation, meantBackendConfigs } from './backend-config-meant.ts';

const WEB = parseObject(service()) as Service;

describe('meantBackendConfigs', () => {
  it.each([
    ['web', '{"default": "web"}'],
    [' "web"\n', '{"default": "web"}'],
    ['{"http": "web"}', '{"ports": {"http": "web"}}'],
    ['{"80": "web"}', '{"ports": {"80": "web"}}'],
    ['{"http": "web", "80": "api"}', '{"ports": {"http": "web", "80": "api"}}'],
    ['{"name": "web"}', '{"default": "web"}'],
    ['{"name": "a\\"b"}', '{"default": "a\\"b"}'],
  ])('takes %j to mean %s', (text, value) => {
    expect(meantBackendConfigs(text, WEB)).toEqual({ isKnown: true, value });
    expect(readBackendConfigAnnotation({ 'cloud.google.com/backend-config': value }).state).toBe('valid');
  });

  it.each([
    ['{"http": "web", "admin": "web"}', 'several-entries'],
    ['{"http": ""}', 'no-name'],
    ['{}', 'no-name'],
    ['true', 'no-name'],
    ['null', 'no-name'],
    ['80', 'no-name'],
    ['', 'no-name'],
    ['Web', 'no-name'],
    ['a'.repeat(300), 'no-name'],
  ])('does not know what %j means: %s', (text, why) => {
    expect(meantBackendConfigs(text, WEB)).toEqual({ isKnown: false, why });
  });
});

describe('backendConfigAnnotation', () => {
  it.each([
    ['web', [], '{"default": "web"}'],
    ['', [['http', 'web']], '{"ports": {"http": "web"}}'],
    [
      'web',
      [
        ['http', 'iap'],
        ['80', ''],
      ],
      '{"default": "web", "ports": {"http": "iap", "80": ""}}',
    ],
    ['', [], undefined],
  ] as const)('with default %j and ports %j is %s', (byDefault, byPort, text) => {
    expect(backendConfigAnnotation({ byDefault, byPort: new Map(byPort) })).toBe(text);
  });

  it('is read as what it was written from', () => {
    const named = {
      byDefault: 'web',
      byPort: new Map([
        ['a "port"', 'iap'],
        ['80', 'cdn'],
      ]),
    };
    const annotation = readBackendConfigAnnotation({
      'cloud.google.com/backend-config': backendConfigAnnotation(named) ?? '',
    });
    expect(annotation).toMatchObject(named);
  });
});
