import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitWarnings, type Line } from './words.ts';

const LINE: Line = {
  objectName: 'Service/shop/web',
  message: 'it is wrong.',
  note: '',
  fix: 'Make it right',
  tag: 'some-rule',
  isPossible: false,
};

function lineOf(changes: Partial<Line>): Line {
  return { ...LINE, ...changes };
}

const runes = (text: string): number => [...text].length;

describe('a warning', () => {
  it('says what is wrong, the rule, and what to do', () => {
    expect(fitWarnings([LINE])).toEqual(['Service/shop/web: it is wrong [some-rule]. Fix: Make it right']);
  });

  it('has its note where there is room for it', () => {
    expect(fitWarnings([lineOf({ note: 'Unless it is not.' })])).toEqual([
      'Service/shop/web: it is wrong [some-rule]. Unless it is not. Fix: Make it right',
    ]);
    expect(fitWarnings([lineOf({ note: `${'long '.repeat(50)}.` })])).toEqual(fitWarnings([LINE]));
  });

  it('is a single line without control characters, for those make clients and the API server drop it', () => {
    const message = 'one\ntwo\r\n\tthree\u0000four\u001b[31mfive\u0085six\u2028seven\u007f.';
    expect(fitWarnings([lineOf({ message })])).toEqual([
      'Service/shop/web: one two three four [31mfive six seven [some-rule]. Fix: Make it right',
    ]);
  });

  it('says what is only possible', () => {
    expect(fitWarnings([lineOf({ isPossible: true })])).toEqual([
      'Service/shop/web: possible: it is wrong [some-rule]. Fix: Make it right',
    ]);
  });

  it('keeps 256 characters as they are, and shortens its message from 257 on', () => {
    const room = 256 - 'Service/shop/web:  [some-rule]. Fix: Make it right'.length;
    const fits = fitWarnings([lineOf({ message: 'x'.repeat(room) })])[0] ?? '';
    expect([fits.length, fits.includes('...')]).toEqual([256, false]);
    expect(fitWarnings([lineOf({ message: 'x'.repeat(room + 1) })])).toEqual([
      `Service/shop/web: ${'x'.repeat(room - 3)}... [some-rule]. Fix: Make it right`,
    ]);
  });

  it('keeps a long command whole and gives it what the message can spare', () => {
    const fix = `Run ${'gcloud '.repeat(24).trim()}`;
    const [line = ''] = fitWarnings([lineOf({ message: 'It waits forever. '.repeat(5).trim(), fix })]);
    expect(line).toBe(`Service/shop/web: It waits forever. It waits forever. It waits... [some-rule]. Fix: ${fix}`);
    expect(line.length).toBeLessThanOrEqual(256);
  });

  it('keeps the command that turns the add-on on whole under names as people have them', () => {
    const fix =
      'Run gcloud container clusters update payments-staging --location=asia-northeast1 --project=acme-payments --update-addons=HttpLoadBalancing=ENABLED';
    const message = 'the HTTP load balancing add-on is off, so nothing serves class "gce".';
    const tag = 'http-load-balancing-disabled';
    const add = lineOf({ objectName: 'Ingress/payments/web', message, fix, tag });
    expect(fitWarnings([add])).toEqual([
      `Ingress/payments/web: the HTTP load balancing add-on is off, so nothi... [${tag}]. Fix: ${fix}`,
    ]);
    expect(fitWarnings([lineOf({ ...add, objectName: `Ingress/payments/${'long-'.repeat(9)}` })])).toEqual([
      `Ingress/payments/lo...ng-long-long-long-: the HTTP load balancing add... [${tag}]. Fix: ${fix}`,
    ]);
  });

  it('cuts a fix that would leave no room for what is wrong', () => {
    const [line = ''] = fitWarnings([lineOf({ fix: 'do this, '.repeat(40) })]);
    expect(line).toMatch(/^Service\/shop\/web: it is wrong \[some-rule\]\. Fix: do this, .*\.\.\.$/);
    expect(line.length).toBeLessThanOrEqual(256);
  });

  it('cuts the middle of a name only where the line would be too long, and keeps the rule', () => {
    const objectName = `Service/${'n'.repeat(253)}/${'m'.repeat(253)}`;
    expect(fitWarnings([lineOf({ objectName })])).toEqual([
      `${objectName.slice(0, 39)}...${objectName.slice(-38)}: it is wrong [some-rule]. Fix: Make it right`,
    ]);
    const middling = `Service/shop/${'m'.repeat(150)}`;
    expect(fitWarnings([lineOf({ objectName: middling })])).toEqual([
      `${middling}: it is wrong [some-rule]. Fix: Make it right`,
    ]);
  });

  it('never ends in half a character', () => {
    for (const padding of ['', 'x', 'xx']) {
      const [line = ''] = fitWarnings([lineOf({ message: padding + '\u{1F680}'.repeat(200) })]);
      expect(line.isWellFormed()).toBe(true);
      expect(line.length).toBeLessThanOrEqual(256);
    }
  });
});

describe('warnings together', () => {
  it('are told in the order given, each once', () => {
    const other = lineOf({ objectName: 'Service/shop/api' });
    expect(fitWarnings([LINE, other, LINE])).toEqual([
      'Service/shop/web: it is wrong [some-rule]. Fix: Make it right',
      'Service/shop/api: it is wrong [some-rule]. Fix: Make it right',
    ]);
    expect(fitWarnings([])).toEqual([]);
  });

  it('stay within 4,096 characters, and the last line counts and names the rest', () => {
    const lines = Array.from({ length: 40 }, (_, index) =>
      lineOf({
        objectName: `Service/shop/${index}`,
        message: 'x'.repeat(300),
        tag: index < 30 ? 'one-rule' : 'two-rule',
      }),
    );
    const fitted = fitWarnings(lines);
    expect(fitted.slice(-1)).toEqual(['and 25 more: one-rule, two-rule']);
    expect(fitted.length).toBe(16);
    expect(fitted.join('').length).toBeLessThanOrEqual(4096);
  });

  it('do not count what was said already among the rest', () => {
    const first = lineOf({ message: 'x'.repeat(300) });
    const others = Array.from({ length: 20 }, (_, index) =>
      lineOf({ objectName: `S/${index}`, message: 'x'.repeat(300) }),
    );
    const alone = fitWarnings([first, ...others]);
    expect(fitWarnings([first, first, first, ...others, ...others])).toEqual(alone);
    expect(alone.at(-1)).toBe('and 6 more: some-rule');
  });

  it('use the whole budget where all fit', () => {
    const lines = Array.from({ length: 16 }, (_, index) =>
      lineOf({ objectName: `S/${index}`, message: 'x'.repeat(300) }),
    );
    const fitted = fitWarnings(lines);
    expect(fitted.every((line) => line.length === 256)).toBe(true);
    expect(fitted.length).toBe(16);
  });

  it('never pass what the API server lets through, whatever the strings', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.string({ unit: 'grapheme', maxLength: 400 }),
      fc.string({ maxLength: 5 }),
    );
    const line = fc.record({
      objectName: text,
      message: text,
      note: text,
      fix: text,
      tag: text,
      isPossible: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        const fitted = fitWarnings(lines);
        const total = fitted.reduce((sum, fit) => sum + runes(fit), 0);
        expect(total).toBeLessThanOrEqual(4096);
        for (const fit of fitted) {
          expect(fit.length).toBeLessThanOrEqual(256);
          expect(fit).toMatch(/^[^\p{Cc}\u2028\u2029]+$/u);
          expect(fit.isWellFormed()).toBe(true);
        }
        expect(new Set(fitted).size).toBe(fitted.length);
        expect(fitted.length > 0).toBe(lines.length > 0);
      }),
    );
  });
});
