import { isKnownToBe } from '../../facts/facts.ts';
import { at, objectsOf, textOr } from '../../kubernetes/read.ts';
import { operand } from '../../shell-quote.ts';
import type { Check } from '../check.ts';
import { kubectl } from '../fix.ts';
import { listed, nameOf, readMountedFacts, subjectOf } from '../installation.ts';

export const classConstraint: Check = {
  id: 'class-constraint',
  looksAt: 'No Policy Controller constraint demands class gce of every Ingress (as the CIS bundle for GKE does).',
  why: 'It refuses gce-internal, and where the add-on is off it demands the very class that the guard refuses.',
  ok: 'no constraint demands class gce of every Ingress',
  needs: ['deployment', 'configMaps', 'classConstraints'],
  subject: () => 'K8sRequiredAnnotations',
  run: (installation) => {
    const isOff = isKnownToBe(readMountedFacts(installation).facts.httpLoadBalancing, 'disabled');
    return listed(installation, 'classConstraints')
      .filter((constraint) =>
        objectsOf(at(constraint, 'spec', 'parameters', 'annotations')).some(
          (one) => at(one, 'key') === 'kubernetes.io/ingress.class',
        ),
      )
      .map((constraint) => {
        const isDenying = textOr(at(constraint, 'spec', 'enforcementAction'), 'deny') === 'deny';
        return {
          status: 'warning' as const,
          subject: subjectOf(constraint),
          message: `it ${isDenying ? 'refuses' : 'reports'} every Ingress without the annotation kubernetes.io/ingress.class that it asks for${isOff ? '; the add-on is off, so the guard refuses those that have it' : ''}. Internal load balancers (gce-internal) break it too.`,
          fix: [
            'Exempt what is meant to be so: ',
            kubectl(undefined, 'edit', 'k8srequiredannotations', operand(nameOf(constraint))),
            ' (spec.match, or enforcementAction: dryrun); docs/doctor.md has more',
          ],
        };
      });
  },
};
