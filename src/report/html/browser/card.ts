// The body of a card: the drawn chains, and at each what was found, with what to type.
import type { CardView, FindingView, HostView, PageView, PlanView, RouteView } from '../view.ts';
import { drawChain, headLinks, pick, routeLinks } from './chain.ts';
import { byId, commandBlock, element } from './dom.ts';
import { labelOf, levelOf, MARKS } from './words.ts';

/** What a deep link to one finding is. */
export type LinkTo = (key: string, finding: string) => string;

export function drawBody(card: CardView, page: PageView, linkTo: LinkTo): HTMLElement {
  const body = element('div', { class: 'body' });
  const { plan } = card;
  const show = (indexes: readonly number[]): readonly HTMLElement[] =>
    pick(card.findings, indexes).map((finding) => drawFinding(card.key, finding, page, linkTo));
  if (plan === undefined) {
    body.append(...show(card.findings.map((_, index) => index)));
    return body;
  }
  const head = drawChain(headLinks(card, plan), false, 'From a client to the load balancer');
  body.append(element('p', { class: 'served' }, plan.servedBecause), head.list);
  body.append(...show([...plan.findings, ...plan.frontEnd.findings]));
  const shown = new Set<number>();
  for (const host of plan.hosts) body.append(drawHost(card, plan, host, { isCut: head.isCut, shown, show }));
  body.append(drawOtherwise(card, plan, { isCut: head.isCut, shown, show }));
  if (plan.seen !== undefined) body.append(drawSeen(plan.seen));
  return body;
}

interface Drawing {
  readonly isCut: boolean;
  /** Backends whose findings are above. */
  readonly shown: Set<number>;
  readonly show: (indexes: readonly number[]) => readonly HTMLElement[];
}

function drawHost(card: CardView, plan: PlanView, view: HostView, drawing: Drawing): HTMLElement {
  const { host, note, findings, routes } = view;
  const title = element('h3', {}, 'Host ', element('bdi', {}, host === '*' ? '* (every host)' : host));
  const section = element('section', {}, title);
  if (note !== '') section.append(element('p', { class: 'note' }, note));
  section.append(...drawing.show(findings));
  for (const route of routes) section.append(...drawRoute(card, plan, route, { name: host, findings }, drawing));
  return section;
}

function drawRoute(
  card: CardView,
  plan: PlanView,
  route: RouteView,
  host: { readonly name: string; readonly findings: readonly number[] },
  { isCut, shown, show }: Drawing,
): readonly HTMLElement[] {
  const backend = route.backend === null ? undefined : plan.backends[route.backend];
  const label = `From ${host.name} ${route.paths.join(', ')} to the Pods`;
  const drawn: HTMLElement[] = [drawChain(routeLinks(card, route, backend, host), isCut, label).list];
  drawn.push(...show(route.findings));
  if (backend === undefined || route.backend === null) return drawn;
  if (shown.has(route.backend)) {
    if (backend.findings.length > 0)
      drawn.push(element('p', { class: 'note' }, 'What was found of this Service is shown above.'));
    return drawn;
  }
  shown.add(route.backend);
  if (backend.settings !== '') drawn.push(element('p', { class: 'note' }, `Settings: ${backend.settings}`));
  return [...drawn, ...show(backend.findings)];
}

function drawOtherwise(card: CardView, plan: PlanView, drawing: Drawing): HTMLElement {
  const { otherwise } = plan;
  const more = otherwise.isSystem ? " (the system's default backend)" : '';
  const section = element('section', {}, element('h3', {}, `Everything else${more}`));
  section.append(...drawRoute(card, plan, otherwise, { name: 'everything else', findings: [] }, drawing));
  return section;
}

function drawSeen({ parts, differences }: NonNullable<PlanView['seen']>): HTMLElement {
  const list = element('dl', {});
  for (const [label, text] of parts) list.append(element('dt', {}, label), element('dd', {}, element('bdi', {}, text)));
  const shown = differences.map(({ message, next }) =>
    element(
      'div',
      { class: 'finding warning' },
      element('p', {}, `≠ ${message}`),
      element('p', { class: 'fix' }, `Fix: ${next}`),
    ),
  );
  const none = shown.length === 0 ? [element('p', {}, 'No difference from the plan is seen.')] : shown;
  return element('section', {}, element('h3', {}, 'Seen in the cluster'), list, ...none);
}

export function findingId(key: string, id: string): string {
  return `finding ${key} ${id}`.replaceAll(/\s/g, '_');
}

function drawFinding(key: string, finding: FindingView, page: PageView, linkTo: LinkTo): HTMLElement {
  const { id, cause } = finding;
  const level = levelOf(finding);
  const badge = element('span', { class: 'badge' }, `${MARKS[level]} ${labelOf(finding)}`);
  const link = element(
    'a',
    { href: linkTo(key, id), class: 'deep', 'aria-label': `Link to ${finding.rule} of ${key}` },
    'link',
  );
  const head = element('p', { class: 'title' }, badge, ' ', element('strong', {}, finding.rule), ' ');
  if (finding.condition !== '') head.append(element('span', { class: 'note' }, finding.condition), ' ');
  head.append(link);
  const box = element('div', { class: `finding ${level}`, id: findingId(key, id), tabindex: '-1' }, head);
  if (cause !== undefined && page.causes[cause] !== undefined) {
    const above = element(
      'a',
      { href: `#cause-${cause}` },
      'The cause is in the cluster, and is shown above with its fix.',
    );
    above.addEventListener('click', (event) => {
      event.preventDefault();
      byId(`cause-${cause}`).focus();
      byId(`cause-${cause}`).scrollIntoView({ block: 'center' });
    });
    box.append(element('p', {}, above));
    return box;
  }
  box.append(...drawWords(finding));
  return box;
}

export function drawWords(finding: FindingView): readonly HTMLElement[] {
  const { message, elsewhere, fix, commands, place, object, path, rule } = finding;
  const isCommandAlone = commands.length === 1 && fix === `Run ${commands[0]}`;
  const where = element('p', { class: 'where' }, 'At ');
  if (place !== '') where.append(element('code', {}, place), ' ');
  where.append(element('code', {}, object));
  if (path !== '') where.append(' ', element('code', {}, path));
  where.append('; more: ', element('code', {}, `gke-ingress-guard rules show ${rule}`));
  return [
    element('p', { class: 'message' }, message),
    ...(elsewhere === '' ? [] : [element('p', {}, `Elsewhere: ${elsewhere}`)]),
    element('p', { class: 'fix' }, element('strong', {}, 'Fix: '), isCommandAlone ? 'run' : fix),
    ...commands.map(commandBlock),
    where,
  ];
}
