import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsed } from '../../test/support/corridor.ts';
import { ingress } from '../../test/support/objects.ts';
import { advise, renderFix, run, setAnnotation } from '../judge/fix.ts';
import { referenceTo } from '../kubernetes/field-path.ts';
import { type NotedFinding, noteOf, resolvedNote } from './note.ts';

const INGRESS = parsed(ingress());
const NAME = referenceTo(INGRESS);
const bytesOf = (text: string): number => Buffer.byteLength(text, 'utf8');

function findingOf(changes: Partial<NotedFinding> = {}): NotedFinding {
  return {
    rule: 'some-rule',
    object: INGRESS,
    message: 'it is wrong.',
    note: 'Since yesterday.',
    fix: renderFix([advise('Make it right')], NAME),
    ...changes,
  };
}

describe('the note of an Event', () => {
  it('says what is wrong, by which rule, why, and what to do', () => {
    expect(noteOf(findingOf(), NAME)).toBe('it is wrong [some-rule]. Since yesterday. Fix: Make it right');
  });

  it('says who says what an app answers, where it rests on that', () => {
    const said = (answeredBy: NotedFinding['answeredBy']): string =>
      noteOf(findingOf(answeredBy === undefined ? {} : { answeredBy }), NAME);
    expect(said('catalogue')).toBe('it is wrong, says the catalogue [some-rule]. Since yesterday. Fix: Make it right');
    expect(said('signal')).toContain('it is wrong, by a sign in the Pod [some-rule]');
    expect(said('asked')).toContain('it is wrong, asked of running Pods [some-rule]');
  });

  it('names the object at which it is said where the Event is about another', () => {
    expect(noteOf(findingOf(), { ...NAME, kind: 'Secret', name: 'tls' })).toMatch(/^Ingress\/shop\/web: it is wrong/);
  });

  it('has no more than 1,024 bytes, cut at a character, with the whole command', () => {
    const command = ['kubectl', 'annotate', 'ingress', 'web', `key=${'ü'.repeat(150)}`];
    const fix = renderFix([run(command)], NAME);
    const note = noteOf(findingOf({ message: '漢'.repeat(2000), fix }), NAME);
    expect(bytesOf(note)).toBeLessThanOrEqual(1024);
    expect(bytesOf(note)).toBeGreaterThan(1018);
    expect(note).toMatch(/^漢+\.\.\. \[some-rule\]\. Fix: /);
    expect(note.endsWith(fix.text)).toBe(true);
  });

  it('lets the caveat go first, and then all but the best way out', () => {
    const remedies = [advise(`Do ${'this '.repeat(60)}`), setAnnotation(INGRESS, 'key', 'v'.repeat(400))];
    const fix = renderFix(remedies, NAME);
    const caveat = noteOf(findingOf({ note: 'caveat '.repeat(100), fix }), NAME);
    expect(caveat).toBe(`it is wrong [some-rule]. Fix: ${fix.text}`);
    const best = noteOf(findingOf({ message: `it is ${'very '.repeat(100)}wrong.`, fix }), NAME);
    expect(best.endsWith(`wrong [some-rule]. Fix: Do ${'this '.repeat(60).trim()}`)).toBe(true);
  });

  it('says where a fix is printed that no Event holds', () => {
    const fix = renderFix([setAnnotation(INGRESS, 'key', 'v'.repeat(5000))], NAME);
    expect(noteOf(findingOf({ fix }), NAME)).toBe(
      'it is wrong [some-rule]. The fix is too long for an Event: gke-ingress-guard audit --namespace=shop --rule=some-rule prints it',
    );
  });

  it('is one line within the limit, whatever the texts are', () => {
    const text = fc.string({ unit: 'binary', maxLength: 1500 });
    fc.assert(
      fc.property(text, text, fc.array(text, { minLength: 1, maxLength: 3 }), (message, note, words) => {
        const fix = renderFix(words.map(advise), NAME);
        const told = noteOf(findingOf({ message, note, fix }), NAME);
        expect(bytesOf(told)).toBeLessThanOrEqual(1024);
        expect(told).not.toMatch(/[\p{Cc}\p{Cs}]/u);
        expect(told).toContain('[some-rule]');
        expect(bytesOf(resolvedNote(told))).toBeLessThanOrEqual(1024);
      }),
    );
  });
});

it('the note of what is over says what it was, and nothing to do', () => {
  expect(resolvedNote(noteOf(findingOf(), NAME))).toBe('No longer found: it is wrong [some-rule]');
});
