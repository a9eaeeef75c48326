// How variants of an object become one template.
import { describe, expect, it } from 'vitest';
import { entriesHole, hole, textHole, toTemplate } from '../../scripts/chart/template.ts';
import { fold } from '../../scripts/chart/variants.ts';

const template = (base: unknown, ...variants: readonly (readonly [when: string, value: unknown])[]): string =>
  toTemplate(
    fold(
      base,
      variants.map(([when, value]) => ({ when, value })),
      'thing',
    ),
  );

describe('a template of variants', () => {
  it('is the object where they do not differ', () => {
    expect(template({ a: [1, { b: 'two' }] }, ['.x', { a: [1, { b: 'two' }] }])).toBe('a:\n  - 1\n  - b: two\n');
  });

  it('has an entry that is added, one that is taken away, and one that is another', () => {
    expect(template({ a: 1, b: 2, c: 3 }, ['.x', { a: 9, c: 3, d: { e: 4 } }], ['.y', { a: 8, b: 2, c: 3 }])).toBe(`\
a: {{ if .x }}9{{ else if .y }}8{{ else }}1{{ end }}
c: 3
{{- if not (.x) }}
b: 2
{{- end }}
{{- if .x }}
d:
  e: 4
{{- end }}
`);
  });

  it('takes an entry away where one of several does', () => {
    expect(template({ a: 1, b: 2 }, ['eq .x 1', { a: 1 }], ['.y', { a: 1 }])).toBe(
      'a: 1\n{{- if not (or (eq .x 1) (.y)) }}\nb: 2\n{{- end }}\n',
    );
  });

  it('has items that are added before, between and after, each variant its own', () => {
    const base = { list: ['a', 'b'] };
    expect(template(base, ['.x', { list: ['0', 'a', 'between', 'b'] }], ['.y', { list: ['a', 'b', 'c'] }])).toBe(`\
list:
  {{- if .x }}
  - "0"
  {{- end }}
  - a
  {{- if .x }}
  - between
  {{- end }}
  - b
  {{- if .y }}
  - c
  {{- end }}
`);
  });

  it('looks into an item that is another, and keeps the dash where its first entry is conditional', () => {
    expect(template({ list: [{ name: 'x', port: 1 }] }, ['.x', { list: [{ port: 1 }] }])).toBe(
      'list:\n  - port: 1\n    {{- if not (.x) }}\n    name: x\n    {{- end }}\n',
    );
  });

  it('is not made where it could be wrong', () => {
    expect(() => template({ a: 1 }, ['.x', { a: 1, b: 1 }], ['.y', { a: 1, b: 2 }])).toThrow('thing/b is added by 2');
    expect(() => template({ m: { a: 1 } }, ['.x', { m: {} }])).toThrow('thing/m might be empty');
    expect(() => template({ l: ['a'] }, ['.x', { l: [] }])).toThrow('thing/l might be empty');
    expect(() => template({ a: 1 }, ['.x', { a: { b: 1 } }])).toThrow('a choice between whole objects');
  });

  it('says nothing to Helm that a manifest says to another program', () => {
    expect(template({ a: 'in {{ $value }} and {{- x }}' })).toBe('a: in {{ "{{" }} $value }} and {{ "{{" }}- x }}\n');
    expect(template({ a: '{{ x }}' }, ['.x', { a: 'y' }])).toBe(
      'a: {{ if .x }}"y"{{ else }}"{{ "{{" }} x }}"{{ end }}\n',
    );
  });

  it('quotes what YAML 1.1 reads as something else', () => {
    expect(template({ a: 'on', b: 'no', c: '0123', d: 'y' })).toBe('a: "on"\nb: "no"\nc: "0123"\nd: "y"\n');
  });

  it('has holes for a value, for a text and for entries', () => {
    const object = { list: [{ image: hole('.image | quote') }], labels: { a: 'b', [entriesHole('.labels')]: null } };
    expect(template({ ...object, file: textHole('include "file" .') })).toBe(`\
list:
  - image: {{ .image | quote }}
labels:
  a: b
  {{- with .labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
file: |
{{ include "file" . | trim | indent 2 }}
`);
  });
});
