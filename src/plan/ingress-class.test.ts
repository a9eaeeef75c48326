import { describe, expect, it } from 'vitest';
import { factsOf } from '../../test/support/facts.ts';
import { ingress, service } from '../../test/support/objects.ts';
import { planOf } from '../../test/support/plan-of.ts';

const controller = (flags: Readonly<Record<string, unknown>>) => factsOf({ controller: flags });

/** Facts §1, the table of IsGCEIngress, line by line. */
describe('decideClass', () => {
  it.each([
    ['neither annotation nor field', {}, {}, true, 'gce'],
    ['an empty annotation is none', { class: '' }, {}, true, 'gce'],
    ['no class, where the global class is off', {}, { enableIngressGlobalExternal: false }, true, 'gce'],
    ['the field names gce', { ingressClassName: 'gce' }, {}, false, 'gce'],
    ['the field is an empty string', { ingressClassName: '' }, {}, false, ''],
    ['an empty annotation beside the field', { class: '', ingressClassName: 'gce' }, {}, false, 'gce'],
    ['annotation gce', { class: 'gce' }, {}, true, 'gce'],
    ['annotation gce beside another field', { class: 'gce', ingressClassName: 'nginx' }, {}, true, 'gce'],
    [
      'annotation gce, where the global class is off',
      { class: 'gce' },
      { enableIngressGlobalExternal: false },
      false,
      'gce',
    ],
    ['annotation gce-internal', { class: 'gce-internal' }, {}, true, 'gce-internal'],
    ['the regional class by default', { class: 'gce-regional-external' }, {}, false, 'gce-regional-external'],
    [
      'the regional class where it is on',
      { class: 'gce-regional-external' },
      { enableIngressRegionalExternal: true },
      true,
      'gce-regional-external',
    ],
    ["the controller's own class", { class: 'edge' }, { ingressClass: 'edge' }, true, 'edge'],
    ['the flag adds a class and takes none away', { class: 'gce' }, { ingressClass: 'edge' }, true, 'gce'],
    ['the flag does not concern the field', { ingressClassName: 'edge' }, { ingressClass: 'edge' }, false, 'edge'],
    ['another case', { class: 'GCE' }, {}, false, 'GCE'],
    ['spaces', { class: 'gce ' }, {}, false, 'gce '],
    ['another controller', { class: 'nginx' }, {}, false, 'nginx'],
    ['the multi-cluster class', { class: 'gce-multi-cluster' }, {}, false, 'gce-multi-cluster'],
  ])('%s', (_name, options, flags, isClaimed, name) => {
    const { class: decision } = planOf([ingress(options)], controller(flags));
    expect({ isClaimed: decision.isClaimed, name: decision.name }).toEqual({ isClaimed, name });
  });

  it('is regional by class alone', () => {
    const isRegional = (name: string): boolean => planOf([ingress({ class: name })]).class.isRegional;
    expect(['gce', 'gce-internal', 'gce-regional-external', 'edge'].map(isRegional)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('has global backends where --ingress-class alone claims the regional class', () => {
    const groupOf = (flags: Readonly<Record<string, unknown>>): string | undefined =>
      planOf([ingress({ class: 'gce-regional-external' }), service({ type: 'NodePort' })], controller(flags))
        .backends[0]?.group;
    expect(groupOf({ ingressClass: 'gce-regional-external', enableIngressRegionalExternal: true })).toBe('neg');
    expect(groupOf({ ingressClass: 'gce-regional-external' })).toBe('instanceGroup');
    expect(groupOf({})).toBe('neg');
  });

  it('names the flag whose assumed default decided', () => {
    const restsOn = (flags: Readonly<Record<string, unknown>>): string | undefined =>
      planOf([ingress({ class: 'gce-regional-external' })], controller(flags)).class.restsOn;
    expect(restsOn({})).toBe('enableIngressRegionalExternal');
    expect(restsOn({ enableIngressRegionalExternal: false })).toBeUndefined();
  });
});
