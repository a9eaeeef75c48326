// One Ingress drawn as the chain from a client to a Pod, each break at its link.
import type { BackendView, CardView, FindingView, PlanView, RouteView, Stage } from '../view.ts';
import { element } from './dom.ts';
import { type Level, MARKS, worstOf } from './words.ts';

interface Link {
  readonly kind: string;
  readonly value: string;
  readonly more: readonly string[];
  readonly level: Level;
  readonly isUnknown: boolean;
}

const STATES: Readonly<Record<Level, string>> = {
  error: 'breaks here',
  warning: 'warning',
  possible: 'possible problem',
  info: 'note',
  none: '',
};

/** @param isCut whether something before it breaks already @returns the chain, and whether it is cut behind it */
export function drawChain(
  links: readonly Link[],
  isCut: boolean,
  label: string,
): { readonly list: HTMLElement; readonly isCut: boolean } {
  const list = element('ol', { class: 'chain', 'aria-label': label });
  let cut = isCut;
  for (const { kind, value, more, level, isUnknown } of links) {
    const shown = isUnknown && level === 'none' ? 'unknown' : level;
    const item = element(
      'li',
      { class: `link ${shown}${cut ? ' cut' : ''}` },
      element('span', { class: 'kind' }, kind),
    );
    if (value !== '') item.append(element('bdi', { class: 'value' }, ...breakable(value)));
    for (const text of more) if (text !== '') item.append(element('bdi', { class: 'more' }, text));
    const state = stateOf(level, isUnknown, cut);
    if (state !== '') item.append(element('span', { class: 'state' }, state));
    list.append(item);
    cut ||= level === 'error';
  }
  return { list, isCut: cut };
}

/** Long names may break behind what separates their parts. */
function breakable(text: string): readonly (string | HTMLElement)[] {
  return text.split(/(?<=[./:-])(?=[^./:-])/).flatMap((part, index) => (index === 0 ? [part] : [element('wbr'), part]));
}

function stateOf(level: Level, isUnknown: boolean, isCut: boolean): string {
  const own = level === 'none' ? (isUnknown ? '? not known' : '') : `${MARKS[level]} ${STATES[level]}`;
  return isCut && level !== 'error' ? `${own === '' ? '' : `${own}; `}not reached` : own;
}

export function headLinks({ findings }: CardView, plan: PlanView): readonly Link[] {
  const at = (indexes: readonly number[]): Level => worstOf(pick(findings, indexes));
  const { className, served, frontEnd } = plan;
  const own = at(plan.findings);
  return [
    {
      ...{ kind: 'Ingress', value: `class ${className}`, isUnknown: false },
      more: [served ? 'served by GKE' : 'not served by GKE'],
      // What GKE does not serve, and nobody calls a fault, is somebody else's.
      level: own,
    },
    {
      ...{ kind: 'Front end', value: '', isUnknown: frontEnd.unseen.length > 0, level: at(frontEnd.findings) },
      more: [
        ...frontEnd.parts.map(([label, text]) => `${label}: ${text}`),
        ...frontEnd.unseen.map((text) => `? ${text}`),
      ],
    },
  ];
}

export function routeLinks(
  { findings }: CardView,
  route: RouteView,
  backend: BackendView | undefined,
  host: { readonly name: string; readonly findings: readonly number[] },
): readonly Link[] {
  const ofPath = worstOf(pick(findings, route.findings));
  const ofHost = worstOf(pick(findings, host.findings));
  const links: Link[] = [
    {
      kind: 'Host',
      value: host.name === '*' ? '* (every host)' : host.name,
      more: [],
      level: ofHost,
      isUnknown: false,
    },
  ];
  if (route.paths.length > 0 || ofPath !== 'none')
    links.push({ kind: 'Path', value: route.paths.join(', '), more: [route.note], level: ofPath, isUnknown: false });
  return backend === undefined ? links : [...links, ...backendLinks(findings, backend)];
}

function backendLinks(findings: readonly FindingView[], backend: BackendView): readonly Link[] {
  const { service, built, neg, unseenService, unseen, pods, health, answers } = backend;
  const own = pick(findings, backend.findings);
  const at = (stage: Stage): Level => worstOf(own.filter((finding) => finding.stage === stage));
  const isKnown = unseenService === '';
  const first: Link = {
    ...{ kind: 'Service', value: service, level: at('service'), isUnknown: !isKnown || unseen.length > 0 },
    more: [built, neg, unseenService, ...unseen.map((text) => `? ${text}`)],
  };
  const isSystem = isKnown && neg === '' && pods.length === 0 && health !== '';
  const [, asked = '', times = '', why = ''] = /^(GET \S*) (.*?) — (.*)$/s.exec(health) ?? ['', health];
  const podLink: Link = {
    ...{ kind: 'Pods', value: pods.join(', '), more: [], level: at('pods'), isUnknown: pods.length === 0 },
  };
  const healthLink: Link = {
    ...{
      kind: 'Health check',
      value: asked,
      more: [times, why, ...answers],
      level: at('health'),
      isUnknown: health === '',
    },
  };
  return isSystem ? [first, healthLink] : [first, podLink, healthLink];
}

export function pick(findings: readonly FindingView[], indexes: readonly number[]): readonly FindingView[] {
  return indexes.flatMap((index) => findings[index] ?? []);
}
