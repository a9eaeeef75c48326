import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitWarnings, type WarningLine } from './warnings.ts';

const LINE: WarningLine = {
  subject: 'Service/shop/web',
  message: 'it is wrong.',
  note: '',
  fix: 'Make it right.',
  tag: 'some-rule',
};

function lineOf(changes: Partial<WarningLine>): WarningLine {
  return { ...LINE, ...changes };
}

const runes = (text: string): number => [...text].length;

describe('a warning', () => {
  it('says what is wrong, what to do, and the rule last', () => {
    expect(fitWarnings([LINE])).toEqual(['Service/shop/web: it is wrong. Make it right. [some-rule]']);
  });

  it('has its note where there is room for it', () => {
    expect(fitWarnings([lineOf({ note: 'Unless it is not.' })])).toEqual([
      'Service/shop/web: it is wrong. Unless it is not. Make it right. [some-rule]',
    ]);
    expect(fitWarnings([lineOf({ note: `${'long '.repeat(50)}.` })])).toEqual(fitWarnings([LINE]));
  });

  it('is a single line without control characters, for those make clients and the API server drop it', () => {
    const message = 'one\ntwo\r\n\tthree\u0000four\u001b[31mfive\u0085six\u2028seven\u007f.';
    expect(fitWarnings([lineOf({ message })])).toEqual([
      'Service/shop/web: one two three four [31mfive six seven . Make it right. [some-rule]',
    ]);
  });

  it('keeps 256 characters as they are, and shortens its message from 257 on', () => {
    const room = 256 - 'Service/shop/web:  Make it right. [some-rule]'.length;
    const fits = fitWarnings([lineOf({ message: 'x'.repeat(room) })])[0] ?? '';
    expect([fits.length, fits.includes('...')]).toEqual([256, false]);
    expect(fitWarnings([lineOf({ message: 'x'.repeat(room + 1) })])).toEqual([
      `Service/shop/web: ${'x'.repeat(room - 3)}... Make it right. [some-rule]`,
    ]);
  });

  it('keeps a long command whole and gives it what the message can spare', () => {
    const fix = `Run ${'gcloud '.repeat(24).trim()}.`;
    const [line = ''] = fitWarnings([lineOf({ message: 'It waits for ever. '.repeat(5).trim(), fix })]);
    expect(line).toBe(`Service/shop/web: It waits for ever. It waits for ever. It waits for... ${fix} [some-rule]`);
    expect(line.length).toBeLessThanOrEqual(256);
  });

  it('keeps the command that turns the add-on on whole under names as people have them', () => {
    const fix =
      'Run gcloud container clusters update payments-staging --location=asia-northeast1 --project=acme-payments-staging --update-addons=HttpLoadBalancing=ENABLED.';
    const message = 'the HTTP load balancing add-on is off, so nothing serves class "gce".';
    const tag = 'http-load-balancing-disabled';
    expect(fitWarnings([{ subject: 'Ingress/payments/payments-frontend', message, note: '', fix, tag }])).toEqual([
      `Ingress/payments/payments-frontend: the HTTP load balancing add-on... ${fix} [${tag}]`,
    ]);
    expect(fitWarnings([{ subject: `Ingress/payments/${'long-'.repeat(9)}`, message, note: '', fix, tag }])).toEqual([
      `Ingress/payments/long-long-long-long-...: the HTTP load balancing... ${fix} [${tag}]`,
    ]);
  });

  it('cuts a fix that would leave no room for what is wrong', () => {
    const [line = ''] = fitWarnings([lineOf({ fix: 'do this, '.repeat(40) })]);
    expect(line).toMatch(/^Service\/shop\/web: it is wrong\. do this, .*\.\.\. \[some-rule\]$/);
    expect(line.length).toBeLessThanOrEqual(256);
  });

  it('shortens a name only where the line would be too long, and keeps the rule', () => {
    const subject = `Service/${'n'.repeat(253)}/${'m'.repeat(253)}`;
    expect(fitWarnings([lineOf({ subject })])).toEqual([
      `${subject.slice(0, 77)}...: it is wrong. Make it right. [some-rule]`,
    ]);
    const middling = `Service/shop/${'m'.repeat(150)}`;
    expect(fitWarnings([lineOf({ subject: middling })])).toEqual([
      `${middling}: it is wrong. Make it right. [some-rule]`,
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
    const other = lineOf({ subject: 'Service/shop/api' });
    expect(fitWarnings([LINE, other, LINE])).toEqual([
      'Service/shop/web: it is wrong. Make it right. [some-rule]',
      'Service/shop/api: it is wrong. Make it right. [some-rule]',
    ]);
    expect(fitWarnings([])).toEqual([]);
  });

  it('stay within 4,096 characters, and the last line counts and names the rest', () => {
    const lines = Array.from({ length: 40 }, (_, index) =>
      lineOf({ subject: `Service/shop/${index}`, message: 'x'.repeat(300), tag: index < 30 ? 'one-rule' : 'two-rule' }),
    );
    const fitted = fitWarnings(lines);
    expect(fitted.slice(-1)).toEqual(['and 25 more: one-rule, two-rule']);
    expect(fitted.length).toBe(16);
    expect(fitted.join('').length).toBeLessThanOrEqual(4096);
  });

  it('do not count what was said already among the rest', () => {
    const first = lineOf({ message: 'x'.repeat(300) });
    const others = Array.from({ length: 20 }, (_, index) =>
      lineOf({ subject: `S/${index}`, message: 'x'.repeat(300) }),
    );
    const alone = fitWarnings([first, ...others]);
    expect(fitWarnings([first, first, first, ...others, ...others])).toEqual(alone);
    expect(alone.at(-1)).toBe('and 6 more: some-rule');
  });

  it('use the whole budget where all fit', () => {
    const lines = Array.from({ length: 16 }, (_, index) => lineOf({ subject: `S/${index}`, message: 'x'.repeat(300) }));
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
    const line = fc.record({ subject: text, message: text, note: text, fix: text, tag: text });
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
