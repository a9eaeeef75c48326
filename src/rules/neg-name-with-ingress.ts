import { NEG } from '../plan/annotation-keys.ts';
import { findNegNameProblem } from '../plan/neg-problems.ts';
import { AT_SERVICE } from '../plan/problem.ts';
import { defineRule } from './rule.ts';

export const negNameWithIngress = defineRule({
  id: 'neg-name-with-ingress',
  judges: 'Service',
  severity: 'error',
  summary: `The annotation ${NEG} gives a NEG a name that cannot be had.`,
  why: 'A NEG name of one\'s own does not go with "ingress": true, must be a name that Google takes, and belongs to one Service port. Else the NEG controller makes no NEG, and tells it as an event on the Service only.',
  fix: 'Remove the name, or give one that is free and legal; leave out "ingress": true where you need a name.',
  covers: ['C37', 'C38'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/standalone-neg#naming_negs'],
  check: ({ service, uses, snapshot }) => {
    const found = findNegNameProblem({ service, snapshot, place: AT_SERVICE });
    if (found === undefined) return [];
    const { path, message, fix } = found;
    return [{ path, message, fix, isCertain: uses.some(({ backend }) => backend.group === 'neg') }];
  },
});
