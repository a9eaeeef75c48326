import type { RuleFinding } from '../judge/finding.ts';
import { advise, type Remedy, set } from '../judge/fix.ts';
import { defineRule, type JudgedObject, type ObjectContext } from '../judge/rule.ts';
import { formatPath } from '../kubernetes/field-path.ts';
import type { Shape, ShapeFault } from '../kubernetes/shape.ts';

export const objectUnreadable = defineRule({
  id: 'object-unreadable',
  judges: ['Ingress', 'Service', 'Workload'],
  severity: 'error',
  summary: 'A field of a file has a type that the API server cannot read, or belongs to another API version.',
  why: 'The API server refuses the whole object, so nothing else is said about it: whatever was read from it would be a guess. Only files have such objects.',
  fix: 'Write the field as its API version has it.',
  covers: [],
  references: ['https://kubernetes.io/docs/reference/kubernetes-api/'],
  isAboutClass: true,
  check: { Object: findUnreadable },
});

function findUnreadable({ object, planner }: ObjectContext): readonly RuleFinding[] {
  const { shape = [] } = object.text ?? {};
  if (shape.length === 0) return [];
  // Whose it is can only be said where that is readable.
  const isForeign = object.kind === 'Ingress' && planner.planOf(object).served.concern === 'none';
  if (isForeign && !shape.some(({ path }) => path[0] === 'metadata')) return [];
  return shape.map((fault) => ({
    path: fault.path,
    message: `${messageOf(fault, object)}, so the API server refuses the ${object.kind}.`,
    fix: [remedyOf(fault, object)],
    identity: formatPath(fault.path),
  }));
}

function messageOf(fault: ShapeFault, { apiVersion }: JudgedObject): string {
  const place = formatPath(fault.path);
  if (fault.why === 'version') return `${place} is no field of ${apiVersion}, which has ${fault.instead}`;
  return `${place} is ${inWords(fault.is)}, and has to be ${WANTED[fault.wanted]}`;
}

const WANTED: Readonly<Record<Shape, string>> = {
  string: 'a text',
  number: 'a whole number',
  port: 'a number or a name',
  mapping: 'a mapping (key: value)',
  list: 'a list',
  strings: 'a mapping of texts (key: value)',
};

function inWords(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const text = JSON.stringify(value);
  const shown = text.length > 40 ? '' : ` (${text})`;
  if (typeof value === 'string') return `a text${shown}`;
  return `${typeof value === 'number' ? 'a number' : 'true or false'}${shown}`;
}

function remedyOf(fault: ShapeFault, object: JudgedObject): Remedy {
  if (fault.why === 'version') return advise(`write ${fault.instead}, as ${object.apiVersion} has it`);
  const { path, is, wanted } = fault;
  if (wanted === 'number' && typeof is === 'string') {
    if (/^[0-9]+$/.test(is)) return set(object, path, Number(is));
    return advise(path.at(-1) === 'number' ? 'write name instead of number, if a name was meant' : 'write a number');
  }
  if (wanted === 'string' && (typeof is === 'number' || typeof is === 'boolean')) return set(object, path, String(is));
  if (wanted === 'mapping' && path.at(-1) === 'port') {
    if (typeof is === 'number') return set(object, path, { number: is });
    if (typeof is === 'string') return set(object, path, /^[0-9]+$/.test(is) ? { number: Number(is) } : { name: is });
  }
  return advise(
    wanted === 'strings' && Array.isArray(is) ? 'write key: value, without the dashes' : `write ${WANTED[wanted]}`,
  );
}
