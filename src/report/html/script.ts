// Written by npm run fix from browser/*.ts; do not edit.

export const SCRIPT = String.raw`(() => {
'use strict';
function element                                       (
  name   ,
  attributes                                   = {},
  ...children
)                           {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
function byId(id        )              {
  const found = document.getElementById(id);
  if (found === null) throw new Error(${'`'}the page has no #${'$'}{id}${'`'});
  return found;
}
function count(number        , word        , many = ${'`'}${'$'}{word}s${'`'})         {
  return ${'`'}${'$'}{number.toLocaleString('en-US')} ${'$'}{number === 1 ? word : many}${'`'};
}
function commandBlock(command        )              {
  const button = element(
    'button',
    { type: 'button', class: 'copy', 'aria-label': ${'`'}Copy the command ${'$'}{command}${'`'} },
    'Copy',
  );
  const code = element('code', {}, command);
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(command).then(
      () => tell(button, 'Copied'),
      () => {
        getSelection()?.selectAllChildren(code);
        tell(button, 'Press Ctrl-C');
      },
    );
  });
  return element('div', { class: 'command' }, element('pre', {}, code), button);
}
function tell(button             , text        )       {
  button.textContent = text;
  byId('announced').textContent = text;
  setTimeout(() => {
    button.textContent = 'Copy';
  }, 2000);
}
const LEVELS                   = ['error', 'warning', 'possible', 'info', 'none'];
const MARKS                                  = { error: '\u2717', warning: '!', possible: '?', info: 'i', none: '\u2713' };
function levelOf({ severity, certain }             )        {
  if (severity === 'info') return 'info';
  return certain ? severity : 'possible';
}
function labelOf({ severity, certain }             )         {
  return certain ? severity : ${'`'}possible ${'$'}{severity}${'`'};
}
function worstOf(findings                        )        {
  return LEVELS.find((level) => findings.some((finding) => levelOf(finding) === level)) ?? 'none';
}
function countsOf({ findings }          )         {
  const number = (level       )         => findings.filter((finding) => levelOf(finding) === level).length;
  const parts = [
    [number('error'), 'error', 'errors'],
    [number('warning'), 'warning', 'warnings'],
    [number('possible'), 'possible', 'possible'],
    [number('info'), 'note', 'notes'],
  ]         ;
  const shown = parts.filter(([one]) => one > 0).map(([one, word, many]) => count(one, word, many));
  return shown.length === 0 ? 'nothing found' : shown.join(', ');
}
const EVERYTHING        = { namespace: '', rule: '', level: '', text: '', open: [], finding: '' };
function askedIn(hash        )        {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const get = (key        )         => given.get(key) ?? '';
  const level = LEVELS.find((one) => one === get('severity')) ?? '';
  const text = get('text');
  return {
    namespace: get('namespace'),
    rule: get('rule'),
    level,
    text,
    open: given.getAll('open'),
    finding: get('finding'),
  };
}
function hashOf({ namespace, rule, level, text, open, finding }       )         {
  const pairs = [
    ['namespace', namespace],
    ['rule', rule],
    ['severity', level],
    ['text', text],
    ...open.map((key) => ['open', key]),
    ['finding', finding],
  ].filter(([, value]) => value !== '');
  return ${'`'}#${'$'}{new URLSearchParams(pairs)}${'`'};
}
const texts = new WeakMap                  ();
function textOf(card          )         {
  const known = texts.get(card);
  if (known !== undefined) return known;
  const parts           = [card.key, card.kind, card.place];
  for (const { rule, message, fix, object, path, place } of card.findings)
    parts.push(rule, message, fix, object, path, place);
  for (const { host, routes } of card.plan?.hosts ?? []) parts.push(host, ...routes.flatMap(({ paths }) => paths));
  for (const { service, pods, health } of card.plan?.backends ?? []) parts.push(service, ...pods, health);
  const text = parts.join('\n').toLowerCase();
  texts.set(card, text);
  return text;
}
function matching(page          , { namespace, rule, level, text }       )                      {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const isAsked = (finding             )          =>
    (rule === '' || finding.rule === rule) && (level === '' || levelOf(finding) === level);
  return page.cards.filter((card) => {
    if (namespace !== '' && card.namespace !== namespace) return false;
    if (
      level === 'none'
        ? card.findings.length > 0 || rule !== ''
        : !isOpenQuestion(rule, level) && !card.findings.some(isAsked)
    )
      return false;
    return words.length === 0 || words.every((word) => textOf(card).includes(word));
  });
}
function isOpenQuestion(rule        , level                )          {
  return rule === '' && level === '';
}
function control                              (id        , name   )                           {
  const found = byId(id);
  if (found.localName !== name) throw new Error(${'`'}#${'$'}{id} is no ${'$'}{name}${'`'});
  return found                            ;
}
const STATES                                  = {
  error: 'breaks here',
  warning: 'warning',
  possible: 'possible problem',
  info: 'note',
  none: '',
};
function drawChain(
  links                 ,
  isCut         ,
  label        ,
)                                                          {
  const list = element('ol', { class: 'chain', 'aria-label': label });
  let cut = isCut;
  for (const { kind, value, more, level, isUnknown } of links) {
    const shown = isUnknown && level === 'none' ? 'unknown' : level;
    const item = element(
      'li',
      { class: ${'`'}link ${'$'}{shown}${'$'}{cut ? ' cut' : ''}${'`'} },
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
function breakable(text        )                                    {
  return text.split(/(?<=[./:-])(?=[^./:-])/).flatMap((part, index) => (index === 0 ? [part] : [element('wbr'), part]));
}
function stateOf(level       , isUnknown         , isCut         )         {
  const own = level === 'none' ? (isUnknown ? '? not known' : '') : ${'`'}${'$'}{MARKS[level]} ${'$'}{STATES[level]}${'`'};
  return isCut && level !== 'error' ? ${'`'}${'$'}{own === '' ? '' : ${'`'}${'$'}{own}; ${'`'}}not reached${'`'} : own;
}
function headLinks({ findings }          , plan          )                  {
  const at = (indexes                   )        => worstOf(pick(findings, indexes));
  const { className, served, frontEnd } = plan;
  const own = at(plan.findings);
  return [
    {
      ...{ kind: 'Ingress', value: ${'`'}class ${'$'}{className}${'`'}, isUnknown: false },
      more: [served ? 'served by GKE' : 'not served by GKE'],
      level: own,
    },
    {
      ...{ kind: 'Front end', value: '', isUnknown: frontEnd.unseen.length > 0, level: at(frontEnd.findings) },
      more: [
        ...frontEnd.parts.map(([label, text]) => ${'`'}${'$'}{label}: ${'$'}{text}${'`'}),
        ...frontEnd.unseen.map((text) => ${'`'}? ${'$'}{text}${'`'}),
      ],
    },
  ];
}
function routeLinks(
  { findings }          ,
  route           ,
  backend                         ,
  host                                                                 ,
)                  {
  const ofPath = worstOf(pick(findings, route.findings));
  const ofHost = worstOf(pick(findings, host.findings));
  const links         = [
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
function backendLinks(findings                        , backend             )                  {
  const { service, built, neg, unseenService, unseen, pods, health, answers } = backend;
  const own = pick(findings, backend.findings);
  const at = (stage       )        => worstOf(own.filter((finding) => finding.stage === stage));
  const isKnown = unseenService === '';
  const first       = {
    ...{ kind: 'Service', value: service, level: at('service'), isUnknown: !isKnown || unseen.length > 0 },
    more: [built, neg, unseenService, ...unseen.map((text) => ${'`'}? ${'$'}{text}${'`'})],
  };
  const isSystem = isKnown && neg === '' && pods.length === 0 && health !== '';
  const [, asked = '', times = '', why = ''] = /^(GET \S*) (.*?) \u2014 (.*)$/s.exec(health) ?? ['', health];
  const podLink       = {
    ...{ kind: 'Pods', value: pods.join(', '), more: [], level: at('pods'), isUnknown: pods.length === 0 },
  };
  const healthLink       = {
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
function pick(findings                        , indexes                   )                         {
  return indexes.flatMap((index) => findings[index] ?? []);
}
function drawBody(card          , page          , linkTo        )              {
  const body = element('div', { class: 'body' });
  const { plan } = card;
  const show = (indexes                   )                         =>
    pick(card.findings, indexes).map((finding) => drawFinding(card.key, finding, page, linkTo));
  if (plan === undefined) {
    body.append(...show(card.findings.map((_, index) => index)));
    return body;
  }
  const head = drawChain(headLinks(card, plan), false, 'From a client to the load balancer');
  body.append(element('p', { class: 'served' }, plan.servedBecause), head.list);
  body.append(...show([...plan.findings, ...plan.frontEnd.findings]));
  const shown = new Set        ();
  for (const host of plan.hosts) body.append(drawHost(card, plan, host, { isCut: head.isCut, shown, show }));
  body.append(drawOtherwise(card, plan, { isCut: head.isCut, shown, show }));
  if (plan.seen !== undefined) body.append(drawSeen(plan.seen));
  return body;
}
function drawHost(card          , plan          , view          , drawing         )              {
  const { host, note, findings, routes } = view;
  const title = element('h3', {}, 'Host ', element('bdi', {}, host === '*' ? '* (every host)' : host));
  const section = element('section', {}, title);
  if (note !== '') section.append(element('p', { class: 'note' }, note));
  section.append(...drawing.show(findings));
  for (const route of routes) section.append(...drawRoute(card, plan, route, { name: host, findings }, drawing));
  return section;
}
function drawRoute(
  card          ,
  plan          ,
  route           ,
  host                                                                 ,
  { isCut, shown, show }         ,
)                         {
  const backend = route.backend === null ? undefined : plan.backends[route.backend];
  const label = ${'`'}From ${'$'}{host.name} ${'$'}{route.paths.join(', ')} to the Pods${'`'};
  const drawn                = [drawChain(routeLinks(card, route, backend, host), isCut, label).list];
  drawn.push(...show(route.findings));
  if (backend === undefined || route.backend === null) return drawn;
  if (shown.has(route.backend)) {
    if (backend.findings.length > 0)
      drawn.push(element('p', { class: 'note' }, 'What was found of this Service is shown above.'));
    return drawn;
  }
  shown.add(route.backend);
  if (backend.settings !== '') drawn.push(element('p', { class: 'note' }, ${'`'}Settings: ${'$'}{backend.settings}${'`'}));
  return [...drawn, ...show(backend.findings)];
}
function drawOtherwise(card          , plan          , drawing         )              {
  const { otherwise } = plan;
  const more = otherwise.isSystem ? " (the system's default backend)" : '';
  const section = element('section', {}, element('h3', {}, ${'`'}Everything else${'$'}{more}${'`'}));
  section.append(...drawRoute(card, plan, otherwise, { name: 'everything else', findings: [] }, drawing));
  return section;
}
function drawSeen({ parts, differences }                               )              {
  const list = element('dl', {});
  for (const [label, text] of parts) list.append(element('dt', {}, label), element('dd', {}, element('bdi', {}, text)));
  const shown = differences.map(({ message, next }) =>
    element(
      'div',
      { class: 'finding warning' },
      element('p', {}, ${'`'}\u2260 ${'$'}{message}${'`'}),
      element('p', { class: 'fix' }, ${'`'}Fix: ${'$'}{next}${'`'}),
    ),
  );
  const none = shown.length === 0 ? [element('p', {}, 'No difference from the plan is seen.')] : shown;
  return element('section', {}, element('h3', {}, 'Seen in the cluster'), list, ...none);
}
function findingId(key        , id        )         {
  return ${'`'}finding ${'$'}{key} ${'$'}{id}${'`'}.replaceAll(/\s/g, '_');
}
function drawFinding(key        , finding             , page          , linkTo        )              {
  const { id, cause } = finding;
  const level = levelOf(finding);
  const badge = element('span', { class: 'badge' }, ${'`'}${'$'}{MARKS[level]} ${'$'}{labelOf(finding)}${'`'});
  const link = element(
    'a',
    { href: linkTo(key, id), class: 'deep', 'aria-label': ${'`'}Link to ${'$'}{finding.rule} of ${'$'}{key}${'`'} },
    'link',
  );
  const head = element('p', { class: 'title' }, badge, ' ', element('strong', {}, finding.rule), ' ');
  if (finding.condition !== '') head.append(element('span', { class: 'note' }, finding.condition), ' ');
  head.append(link);
  const box = element('div', { class: ${'`'}finding ${'$'}{level}${'`'}, id: findingId(key, id), tabindex: '-1' }, head);
  if (cause !== undefined && page.causes[cause] !== undefined) {
    const above = element(
      'a',
      { href: ${'`'}#cause-${'$'}{cause}${'`'} },
      'The cause is in the cluster, and is shown above with its fix.',
    );
    above.addEventListener('click', (event) => {
      event.preventDefault();
      byId(${'`'}cause-${'$'}{cause}${'`'}).focus();
      byId(${'`'}cause-${'$'}{cause}${'`'}).scrollIntoView({ block: 'center' });
    });
    box.append(element('p', {}, above));
    return box;
  }
  box.append(...drawWords(finding));
  return box;
}
function drawWords(finding             )                         {
  const { message, elsewhere, fix, commands, place, object, path, rule } = finding;
  const isCommandAlone = commands.length === 1 && fix === ${'`'}Run ${'$'}{commands[0]}${'`'};
  const where = element('p', { class: 'where' }, 'At ');
  if (place !== '') where.append(element('code', {}, place), ' ');
  where.append(element('code', {}, object));
  if (path !== '') where.append(' ', element('code', {}, path));
  where.append('; more: ', element('code', {}, ${'`'}gke-ingress-guard rules show ${'$'}{rule}${'`'}));
  return [
    element('p', { class: 'message' }, message),
    ...(elsewhere === '' ? [] : [element('p', {}, ${'`'}Elsewhere: ${'$'}{elsewhere}${'`'})]),
    element('p', { class: 'fix' }, element('strong', {}, 'Fix: '), isCommandAlone ? 'run' : fix),
    ...commands.map(commandBlock),
    where,
  ];
}
const STEP = 100;
const MAX_PRINTED = 300;
class CardList {
           #page          ;
           #list = byId('cards');
           #more = byId('more');
           #onOpen                                        ;
  #cards                      = [];
  #asked                   ;
  #drawn = 0;
  constructor(page          , onOpen                                        ) {
    this.#page = page;
    this.#onOpen = onOpen;
    this.#more.addEventListener('click', () => {
      const next = this.#drawn;
      this.#drawMore(STEP);
      this.#buttons()[next]?.focus();
    });
    new IntersectionObserver(
      (seen) => {
        if (seen.some(({ isIntersecting }) => isIntersecting)) this.#drawMore(STEP);
      },
      { rootMargin: '600px' },
    ).observe(this.#more);
    this.#list.addEventListener('keydown', (event) => this.#onKey(event));
    addEventListener('beforeprint', () => this.#beforePrint());
  }
  show(cards                     , asked       )       {
    this.#cards = cards;
    this.#asked = asked;
    this.#drawn = 0;
    this.#list.replaceChildren();
    const last = Math.max(...asked.open.map((key) => cards.findIndex((card) => card.key === key)));
    this.#drawMore(Math.max(STEP, last + 1));
  }
  reveal({ open: [key], finding }       )       {
    if (key === undefined) return;
    const card = [...this.#list.children].find((one) => one.getAttribute('data-key') === key);
    const target =
      finding === '' ? card?.querySelector             ('button') : document.getElementById(findingId(key, finding));
    target?.focus({ preventScroll: true });
    target?.scrollIntoView({ block: 'center' });
  }
  #drawMore(number        )       {
    const next = this.#cards.slice(this.#drawn, this.#drawn + number);
    this.#list.append(...next.map((card) => this.#drawCard(card)));
    this.#drawn += next.length;
    const rest = this.#cards.length - this.#drawn;
    this.#more.hidden = rest === 0;
    this.#more.textContent = ${'`'}Show more of ${'$'}{rest.toLocaleString('en-US')}${'`'};
  }
  #drawCard(card          )              {
    const level = worstOf(card.findings);
    const name = element(
      'bdi',
      { class: 'name' },
      card.kind === 'Ingress' ? ${'`'}${'$'}{card.namespace}/${'$'}{card.name}${'`'} : card.key,
    );
    const button = element(
      'button',
      { type: 'button', 'aria-expanded': 'false' },
      ...[element('span', { class: ${'`'}mark ${'$'}{level}${'`'}, 'aria-hidden': 'true' }, MARKS[level]), name],
      ...[' ', element('span', { class: 'counts' }, countsOf(card))],
      ...[' ', element('span', { class: 'summary' }, summaryOf(card))],
    );
    const item = element('li', { class: ${'`'}card ${'$'}{level}${'`'}, 'data-key': card.key }, element('h2', {}, button));
    if (card.place !== '') button.append(' ', element('span', { class: 'file' }, card.place));
    button.addEventListener('click', () => {
      const isOpen = button.getAttribute('aria-expanded') === 'true';
      this.#toggle(item, card, !isOpen);
      this.#onOpen(card.key, !isOpen);
    });
    if (this.#asked?.open.includes(card.key) === true) this.#toggle(item, card, true);
    return item;
  }
  #toggle(item             , card          , isOpen         )       {
    item.querySelector('button')?.setAttribute('aria-expanded', String(isOpen));
    item.classList.toggle('open', isOpen);
    item.querySelector(':scope > .body')?.remove();
    const linkTo = (key        , finding        )         => hashOf({ ...NOTHING_ELSE, open: [key], finding });
    if (isOpen) item.append(drawBody(card, this.#page, linkTo));
  }
  #buttons()                         {
    return [...this.#list.querySelectorAll             (':scope > li > h2 > button')];
  }
  #onKey(event               )       {
    const buttons = this.#buttons();
    const at = event.target instanceof HTMLElement ? buttons.indexOf(event.target) : -1;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at === -1 || to === undefined) return;
    event.preventDefault();
    buttons[to]?.focus();
  }
  #beforePrint()       {
    this.#drawMore(MAX_PRINTED - this.#drawn);
    const rest = this.#cards.length - this.#drawn;
    byId('unprinted').textContent =
      rest > 0 ? ${'`'}${'$'}{count(rest, 'more', 'more')} not printed: choose fewer, and print again.${'`'} : '';
    for (const [index, item] of [...this.#list.children].entries()) {
      const card = this.#cards[index];
      if (card === undefined || !(item instanceof HTMLElement) || card.findings.length === 0) continue;
      if (!item.classList.contains('open')) this.#toggle(item, card, true);
    }
  }
}
const NOTHING_ELSE = { namespace: '', rule: '', level: '', text: '' }         ;
function summaryOf(card          )         {
  const { findings } = card;
  if (findings.length === 0) return hostsOf(card);
  const level = worstOf(findings);
  const worst = findings.filter((finding) => levelOf(finding) === level);
  return worst.find(({ cause }) => cause === undefined)?.message ?? 'The cause in the cluster, shown above.';
}
function hostsOf({ plan }          )         {
  return (plan?.hosts ?? []).map(({ host }) => host).join(', ');
}
const OPEN_AT_ONCE = 3;
const TILES                                                     = {
  error: ['broken', 'broken'],
  warning: ['with warnings', 'with warnings'],
  possible: ['possible problems', 'possible problems'],
  info: ['with notes', 'with notes'],
  none: ['nothing found', 'nothing found'],
};
function start()       {
  const page           = JSON.parse(byId('data').textContent ?? '');
  let asked = askedIn(location.hash);
  const list = new CardList(page, (key, isOpen) => {
    const open = asked.open.filter((one) => one !== key);
    remember({ ...asked, open: isOpen ? [...open, key] : open, finding: '' });
  });
  const remember = (next       )       => {
    asked = next;
    history.replaceState(null, '', hashOf(next));
  };
  const show = (next       )       => {
    asked = next;
    const cards = matching(page, asked);
    fillControls(asked);
    list.show(cards, asked);
    const all = page.cards.length.toLocaleString('en-US');
    byId('shown').textContent = ${'`'}${'$'}{cards.length.toLocaleString('en-US')} of ${'$'}{all} shown${'`'};
    byId('empty').hidden = cards.length > 0;
  };
  const ask = (change                )       => {
    const next = { ...asked, finding: '', ...change };
    show(next);
    remember(next);
  };
  fillChoices(page);
  drawTiles(page, (level) => ask({ level: asked.level === level ? '' : level }));
  drawCauses(page);
  drawMade(page);
  listen(ask);
  addEventListener('hashchange', () => {
    show(askedIn(location.hash));
    list.reveal(asked);
  });
  const isBare = location.hash.length < 2;
  const broken = page.cards.filter(({ findings }) => findings.length > 0);
  show(isBare && broken.length <= OPEN_AT_ONCE ? { ...asked, open: broken.map(({ key }) => key) } : asked);
  if (!isBare) list.reveal(asked);
}
function listen(ask                                  )       {
  const text = control('text', 'input');
  const namespace = control('namespace', 'select');
  const rule = control('rule', 'select');
  const severity = control('severity', 'select');
  text.addEventListener('input', () => ask({ text: text.value }));
  text.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') ask({ text: '' });
  });
  namespace.addEventListener('change', () => ask({ namespace: namespace.value }));
  rule.addEventListener('change', () => ask({ rule: rule.value }));
  severity.addEventListener('change', () => ask({ level: LEVELS.find((level) => level === severity.value) ?? '' }));
  byId('filters').addEventListener('submit', (event) => event.preventDefault());
  byId('clear').addEventListener('click', () => {
    ask(EVERYTHING);
    text.focus();
  });
}
function fillControls({ text, namespace, rule, level }       )       {
  const field = control('text', 'input');
  if (field.value !== text) field.value = text;
  control('namespace', 'select').value = namespace;
  control('rule', 'select').value = rule;
  control('severity', 'select').value = level;
  for (const tile of document.querySelectorAll('#tiles button'))
    tile.setAttribute('aria-pressed', String(tile.getAttribute('data-level') === level));
}
function fillChoices({ cards }          )       {
  const namespaces = countBy(cards.map(({ namespace }) => namespace));
  const rules = countBy(cards.flatMap(({ findings }) => [...new Set(findings.map(({ rule }) => rule))]));
  const fill = (id        , counts                             )       => {
    const sorted = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const options = sorted.map(([value, number]) => element('option', { value }, ${'`'}${'$'}{value} (${'$'}{number})${'`'}));
    control(id, 'select').append(...options);
  };
  fill('namespace', namespaces);
  fill('rule', rules);
}
function countBy(values                   )                              {
  const counts = new Map                ();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
function drawTiles({ cards }          , onChoose                        )       {
  const counts = countBy(cards.map(({ findings }) => worstOf(findings)));
  for (const level of LEVELS) {
    const number = counts.get(level) ?? 0;
    if (number === 0 && level !== 'error') continue;
    const [one, many] = TILES[level];
    const tile = element(
      'button',
      { type: 'button', class: ${'`'}tile ${'$'}{level}${'`'}, 'data-level': level, 'aria-pressed': 'false' },
      ...[element('span', { 'aria-hidden': 'true', class: ${'`'}mark ${'$'}{level}${'`'} }, MARKS[level]), ' '],
      ...[element('strong', {}, number.toLocaleString('en-US')), ' ', number === 1 ? one : many],
    );
    tile.addEventListener('click', () => onChoose(level));
    byId('tiles').append(tile);
  }
}
function drawCauses({ causes }          )       {
  const section = byId('causes');
  section.hidden = causes.length === 0;
  for (const [index, { finding, stops }] of causes.entries()) {
    const level = levelOf(finding);
    const badge = element('span', { class: 'badge' }, ${'`'}${'$'}{MARKS[level]} ${'$'}{labelOf(finding)}${'`'});
    const title = element('p', { class: 'title' }, badge, ' ', element('strong', {}, finding.rule));
    const box = element('div', { class: ${'`'}finding ${'$'}{level}${'`'}, id: ${'`'}cause-${'$'}{index}${'`'}, tabindex: '-1' }, title);
    const names = element(
      'details',
      {},
      element('summary', {}, ${'`'}It stops ${'$'}{count(stops.length, 'Ingress', 'Ingresses')}${'`'}),
    );
    names.append(element('p', {}, element('bdi', {}, stops.join(', '))));
    box.append(...drawWords(finding), names);
    section.append(box);
  }
}
function drawMade({ made }          )       {
  const minutes = Math.round((Date.now() - Date.parse(made.at)) / 60_000);
  const age = minutes < 60 ? [minutes, 'minute'] : minutes < 48 * 60 ? [minutes / 60, 'hour'] : [minutes / 1440, 'day'];
  const [number, unit] = age                    ;
  byId('age').textContent = minutes < 1 ? '(just now)' : ${'`'}(${'$'}{count(Math.round(number), unit)} ago)${'`'};
  byId('again').append(commandBlock(made.command));
}
start();
})();
`;
