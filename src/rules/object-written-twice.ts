import type { RuleFinding } from '../judge/finding.ts';
import { advise } from '../judge/fix.ts';
import { defineRule, type ObjectContext } from '../judge/rule.ts';
import { formatPath } from '../kubernetes/field-path.ts';

export const objectWrittenTwice = defineRule({
  id: 'object-written-twice',
  judges: ['Ingress', 'Service', 'Workload', 'BackendConfig', 'FrontendConfig', 'ManagedCertificate'],
  severity: 'warning',
  summary: 'A file has the same key twice in one mapping, or the same object twice.',
  why: 'kubectl takes the last of two equal keys without a word, and of two equal objects of a file the last one is what is stored: what the first one says is lost.',
  fix: 'Keep one of the two.',
  noEdits: 'Which of the two is meant only their author knows.',
  covers: [],
  references: ['https://kubernetes.io/docs/reference/kubectl/generated/kubectl_apply/'],
  check: { Object: findTwice },
});

function findTwice({ object: { kind, text } }: ObjectContext): readonly RuleFinding[] {
  if (text === undefined) return [];
  const { duplicateKeys, again } = text;
  const keys = duplicateKeys.map(({ path, line }): RuleFinding => {
    const name = formatPath(path) || 'a key of the list';
    return {
      path,
      message: `${name} is written twice, and the last one, of line ${line}, counts: the first is lost.`,
      identity: `key ${name}`,
    };
  });
  if (again === undefined) return keys;
  const message = `the same ${kind} follows in ${again}, and the last one counts: this one is lost.`;
  return [...keys, { path: [], message, fix: [advise('keep one of the two')], identity: 'object' }];
}
