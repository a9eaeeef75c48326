import { describe, expect, it } from 'vitest';
import { parsed } from '../../test/support/corridor.ts';
import { ingress, service } from '../../test/support/objects.ts';
import { referenceTo } from '../kubernetes/field-path.ts';
import {
  advise,
  append,
  inWords,
  type Remedy,
  remove,
  removeAnnotation,
  renderFix,
  run,
  set,
  setAnnotation,
  together,
} from './fix.ts';

const SERVICE = parsed(service());
const INGRESS = parsed(ingress());
const NEG = 'cloud.google.com/neg';

const textOf = (...remedies: readonly Remedy[]): string => renderFix(remedies, referenceTo(SERVICE)).text;

describe('the text of a fix', () => {
  it.each<[string, Remedy, string]>([
    ['a field', set(SERVICE, ['spec', 'type'], 'NodePort'), 'Set spec.type: NodePort'],
    ['a number', set(SERVICE, ['spec', 'ports', 0, 'port'], 80), 'Set spec.ports[0].port: 80'],
    ['text that YAML would read as something else', set(SERVICE, ['spec', 'x'], 'true'), 'Set spec.x: "true"'],
    ['text with spaces', set(SERVICE, ['spec', 'x'], 'a b'), 'Set spec.x: "a b"'],
    ['an annotation by its key', setAnnotation(SERVICE, NEG, '{"ingress": true}'), `Set ${NEG}: '{"ingress": true}'`],
    ['an object of its own', set(SERVICE, ['spec', 'x'], { a: [1, 'b'] }), 'Set spec.x: { a: [1, b] }'],
    ['a removal', removeAnnotation(SERVICE, NEG), `Remove ${NEG}`],
    ['an item of a list', append(SERVICE, ['spec', 'ports'], { port: 80 }), 'Add { port: 80 } to spec.ports'],
    ['another object', set(INGRESS, ['spec', 'x'], 'other'), 'Set spec.x: other in Ingress "web"'],
    ['an annotation of another object', removeAnnotation(INGRESS, NEG), `Remove ${NEG} on Ingress "web"`],
    ['why', remove(SERVICE, ['spec', 'x'], 'nothing reads it'), 'Remove spec.x (nothing reads it)'],
    ['a command', run(['kubectl', 'get', 'it $(now)']), `Run kubectl get 'it $(now)'`],
    ['advice', advise('Serve TLS there.'), 'Serve TLS there'],
    ['edits in words', inWords('swap the two.', set(SERVICE, ['spec', 'x'], 1)), 'Swap the two'],
    [
      'what belongs together',
      together(removeAnnotation(SERVICE, NEG), set(SERVICE, ['spec', 'type'], 'NodePort', 'it must')),
      `Remove ${NEG} and set spec.type: NodePort (it must)`,
    ],
  ])('names %s', (_, remedy, text) => {
    expect(textOf(remedy)).toBe(text);
  });

  it('names alternatives, the best first', () => {
    expect(textOf(setAnnotation(SERVICE, NEG, 'x'), set(SERVICE, ['spec', 'type'], 'NodePort'))).toBe(
      `Set ${NEG}: x, or set spec.type: NodePort`,
    );
  });
});

describe('a fix', () => {
  it('carries the edits and commands of the best alternative, and the others beside', () => {
    const edit = set(SERVICE, ['spec', 'type'], 'NodePort');
    const { edits, commands, alternatives } = renderFix([edit, run(['kubectl', 'x'])], referenceTo(SERVICE));
    expect({ edits, commands, alternatives }).toEqual({
      edits: [
        {
          operation: 'set',
          object: { kind: 'Service', namespace: 'shop', name: 'web' },
          path: ['spec', 'type'],
          value: 'NodePort',
        },
      ],
      commands: [],
      alternatives: [{ text: 'Run kubectl x', edits: [], commands: [['kubectl', 'x']] }],
    });
  });
});
