// docs/doctor.md, from the table of checks and the cases of their tests.

import { type Diagnosis, diagnose } from '../../src/doctor/check.ts';
import { CHECKS } from '../../src/doctor/index.ts';
import { renderDoctorText } from '../../src/report/doctor-text.ts';
import { DOCTOR_CASES } from './doctor-cases.ts';
import { expectations, goodWorld, type World } from './good-installation.ts';

export function diagnoseWorld(world: World): readonly Diagnosis[] {
  return diagnose(CHECKS, world.installation(), expectations());
}

export async function renderDoctorPage(): Promise<string> {
  const rows = CHECKS.map(({ id, looksAt, why }) => `| [\`${id}\`](#${id}) | ${cell(looksAt)} | ${cell(why)} |`);
  const sections: string[] = [];
  for (const { id } of CHECKS) sections.push(`### ${id}\n\n${await findingsOf(id)}`);
  return `# doctor

<!-- Generated from src/doctor/ and its cases by \`npm run fix\`. -->

\`gke-ingress-guard doctor\` judges the guard's own installation: against the cluster of the kubeconfig, or, with \`-f\`,
against rendered manifests before they are applied.

\`\`\`sh
gke-ingress-guard doctor                                    # the current context
gke-ingress-guard doctor --context prod -n guard --name guard
kubectl kustomize deploy/overlays/quickstart | gke-ingress-guard doctor -f -
\`\`\`

Each line is \`ok\`, or says what is wrong, why it matters and what to type. What could not be looked at (a right that you
have not, or what manifests do not tell) is \`skipped\`, with the reason and the command for somebody who may: it is never
\`ok\`. Exit codes: 0 clean, 1 something at or above \`--fail-on\` (default \`error\`), 2 the command itself failed.
\`--format json\` prints \`{ "version": 1, "summary": { … }, "checks": [ { "id", "status", "subject", "message", "fix", "commands" } ] }\`.

The doctor only reads. Of the Secret it keeps the certificate and drops the key before anything is judged or printed.
Where an installation comes from Git, put the change that a command makes into the manifests too, or the next sync takes
it back. Where a command names \`OVERLAY\`, write the directory of yours ([install.md](install.md#2-an-overlay-of-your-own)).

| check | looks at | why |
|---|---|---|
${rows.join('\n')}

## What it looks like

An installation whose CA was replaced and whose PodDisruptionBudget is gone:

\`\`\`
${(await sample()).trimEnd()}
\`\`\`

## What it can say

For each check what was broken in its tests, and what was said of it. Dates are written as YYYY-MM-DD.

${sections.join('\n\n')}

## Policy Controller

The CIS bundle for GKE has a constraint that demands \`kubernetes.io/ingress.class: gce\` of every Ingress
(\`K8sRequiredAnnotations\`). It and the guard contradict each other in two places: internal load balancers need
\`gce-internal\`, and on a cluster whose add-on is off the guard refuses class \`gce\`, for nothing would serve it. Exempt
these namespaces in \`spec.match\` of the constraint, or leave it at \`dryrun\`.
`;
}

async function findingsOf(id: string): Promise<string> {
  const parts: string[] = [];
  for (const { check, name, breakIt } of DOCTOR_CASES) {
    if (check !== id) continue;
    const world = await goodWorld();
    await breakIt(world);
    const found = diagnoseWorld(world).filter((diagnosis) => diagnosis.id === id);
    parts.push(`${name[0]?.toUpperCase()}${name.slice(1)}:\n\n\`\`\`\n${found.map(inWords).join('\n')}\n\`\`\``);
  }
  return parts.join('\n\n');
}

function inWords({ status, subject, message, fix }: Diagnosis): string {
  return `${status.padEnd(8)} ${withoutDates(subject)}: ${withoutDates(message)}\n         Fix: ${fix}`;
}

function withoutDates(text: string): string {
  return text.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, 'YYYY-MM-DD HH:MM UTC');
}

async function sample(): Promise<string> {
  const world = await goodWorld();
  for (const { check, name, breakIt } of DOCTOR_CASES) {
    const isShown =
      (check === 'certificate-chain' && name === 'the CA of another') ||
      (check === 'disruption' && name === 'no budget');
    if (isShown) await breakIt(world);
  }
  return renderDoctorText(diagnoseWorld(world), false);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
