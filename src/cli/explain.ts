// `explain`: the plan of an Ingress, from files: what Google's load balancer would be, and where it breaks.
import { exemptionSettings } from '../admission/admit.ts';
import { AppError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { createPlanner, type IngressPlan } from '../plan/plan.ts';
import { loadPolicy } from '../policy/load.ts';
import { explainAllJson, explainJson } from '../report/explain-json.ts';
import { renderExplainText } from '../report/explain-text.ts';
import { findAppProblems } from '../rules/app-problems.ts';
import { RULES } from '../rules/index.ts';
import type { Rule } from '../rules/rule.ts';
import { failureLine, readFacts } from './check.ts';
import { EXIT, type ExitCode, type Io, today } from './io.ts';
import { readManifests } from './manifests.ts';
import { createNeighbourhoods } from './neighbourhood.ts';
import { type StoredObject, storeObjects } from './stored-objects.ts';

export interface ExplainOptions {
  /** NAME or ingress/NAME; undefined for all that GKE serves. */
  readonly ingress: string | undefined;
  readonly namespace: string | undefined;
  readonly paths: readonly string[];
  readonly facts: string | undefined;
  readonly policy: string | undefined;
  readonly format: 'text' | 'json';
  /** Every Ingress, those that GKE does not serve too. */
  readonly all: boolean;
  /** False explains objects as written. */
  readonly mutate: boolean;
}

interface FoundPlan {
  readonly plan: IngressPlan;
  readonly file: string;
}

/** @throws AppError option-invalid where the Ingress is not there, or not the only one of its name */
export async function explain(options: ExplainOptions, io: Io): Promise<ExitCode> {
  const facts = readFacts(options.facts);
  const { policy, apps } = loadPolicy(
    options.policy,
    RULES.map(({ id }) => id),
  );
  const rules: readonly Rule[] = RULES;
  const exemptions = exemptionSettings({ policy, today: today(), rules });
  const shared = { facts, apps, exemptions, trustsObserved: policy.trustsObserved, injects: options.mutate };
  const { objects, failures } = await readManifests(options.paths, io.readStdin);
  const stored = storeObjects(objects, { facts, policy, mutates: options.mutate });
  const neighbours = createNeighbourhoods(stored);
  const found = stored.flatMap(({ object, manifest: { file } }: StoredObject): FoundPlan[] => {
    if (object.kind !== 'Ingress' || !isInNamespace(object.metadata.namespace, options)) return [];
    // The file's own version of the Ingress is the one that is planned, and the one that its neighbours see.
    const snapshot = neighbours(file).overlay(object);
    const plan = createPlanner(snapshot, facts).planOf(object);
    const answers = findAppProblems(plan, rules, { ...shared, snapshot });
    return [{ plan: { ...plan, problems: [...plan.problems, ...answers] }, file }];
  });
  for (const failure of failures) io.err(`${failureLine(failure)}\n`);
  if (options.format === 'json') io.out(renderJson(found, options));
  else io.out(renderText(found, options, io.hasColour));
  return failures.length > 0 ? EXIT.failed : EXIT.clean;
}

function isInNamespace(namespace: string, options: ExplainOptions): boolean {
  return options.namespace === undefined || namespace === options.namespace;
}

function renderJson(found: readonly FoundPlan[], options: ExplainOptions): string {
  const document = options.all
    ? explainAllJson(found.map(({ plan }) => plan))
    : explainJson(chooseOne(found, options).plan);
  return `${JSON.stringify(document, null, 2)}\n`;
}

function renderText(found: readonly FoundPlan[], options: ExplainOptions, hasColour: boolean): string {
  const plans = found.map(({ plan }) => plan);
  if (options.all) return renderExplainText(plans, { hasColour });
  if (options.ingress !== undefined) return renderExplainText([chooseOne(found, options).plan], { hasColour });
  const served = plans.filter((plan) => plan.served);
  if (served.length === plans.length) return renderExplainText(plans, { hasColour });
  const others = plans.length - served.length;
  const shown = served.length === 0 ? '' : `${renderExplainText(served, { hasColour })}\n`;
  return `${shown}GKE does not serve ${others === 1 ? '1 Ingress' : `${others} Ingresses`} of the input; --all explains them too.\n`;
}

/** The one that is asked for, or the only one there is. */
function chooseOne(found: readonly FoundPlan[], { ingress, namespace }: ExplainOptions): FoundPlan {
  const wanted = ingress?.replace(/^(ingress|ingresses|ing)(\.networking\.k8s\.io)?\//, '');
  const matching = wanted === undefined ? found : found.filter(({ plan }) => plan.ingress.metadata.name === wanted);
  const [first, second] = matching;
  if (first !== undefined && second === undefined) return first;
  const list = (plans: readonly FoundPlan[]): string => [...new Set(plans.map(inWords))].join(', ');
  if (first !== undefined) {
    throw new AppError(
      'option-invalid',
      `There are several: ${list(matching)}. Name one (with -n for its namespace), or use --all.`,
    );
  }
  const where = namespace === undefined ? 'in the input' : `in namespace "${namespace}"`;
  if (wanted === undefined || found.length === 0) throw new AppError('option-invalid', `There is no Ingress ${where}.`);
  const guess = nearest(
    wanted,
    found.map(({ plan }) => plan.ingress.metadata.name),
  );
  const hint = guess === undefined ? `There are: ${list(found)}.` : `Did you mean "${guess}"?`;
  throw new AppError('option-invalid', `There is no Ingress "${wanted}" ${where}. ${hint}`);
}

function inWords({ plan, file }: FoundPlan): string {
  const { namespace, name } = plan.ingress.metadata;
  return `${namespace}/${name} (${file})`;
}
