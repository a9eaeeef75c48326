import { describe, expect, it } from 'vitest';
import { parsed } from '../../test/support/corridor.ts';
import { ingress } from '../../test/support/objects.ts';
import { EXEMPTIONS } from '../../test/support/rule-ids.ts';
import { type Exemption, readExemption } from './exemption.ts';

const withNote = (text: string): ReturnType<typeof parsed> =>
  parsed(ingress({ annotations: { 'gke-ingress-guard.dev/ignore': text } }));
const read = (text: string): Exemption => readExemption(withNote(text), EXEMPTIONS);

describe('an exemption', () => {
  it.each([
    [
      'probe-not-adopted; reason=legacy; until=2027-01-31',
      { rules: ['probe-not-adopted'], reason: 'legacy', until: '2027-01-31' },
    ],
    ['probe-not-adopted;reason=no end', { rules: ['probe-not-adopted'], reason: 'no end', until: undefined }],
    [
      'probe-not-adopted, cluster-ip-without-neg ; until=2026-06-15 ; reason=a=b; and more',
      { rules: ['probe-not-adopted', 'cluster-ip-without-neg'], reason: 'a=b; and more', until: '2026-06-15' },
    ],
  ])('is read from %j', (text, expected) => {
    expect(read(text)).toEqual({ state: 'valid', ...expected });
  });

  it.each([
    ['', 'it names no rule'],
    ['; reason=x', 'it names no rule'],
    ['probe-not-adoptd; reason=x', 'there is no rule "probe-not-adoptd"; did you mean "probe-not-adopted"?'],
    ['probe-not-adopted', 'it gives no reason'],
    ['probe-not-adopted; reason= ; until=2027-01-01', 'it gives no reason'],
    ['probe-not-adopted; reason=x; until=2027-02-30', 'until is "2027-02-30", which is not a date like 2027-01-31'],
    ['probe-not-adopted; reason=x; until=soon', 'until is "soon", which is not a date like 2027-01-31'],
    ['probe-not-adopted; because=x', '"because" is neither reason nor until'],
  ])('is not read from %j', (text, error) => {
    expect(read(text)).toEqual({ state: 'invalid', error });
  });

  it('holds on its last day and has expired on the next', () => {
    expect(read('probe-not-adopted; reason=x; until=2026-06-15').state).toBe('valid');
    expect(read('probe-not-adopted; reason=x; until=2026-06-14').state).toBe('expired');
  });
});
