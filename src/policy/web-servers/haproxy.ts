// What HAProxy answers for certain, by haproxy.cfg: the one front end of the port, and there `monitor-uri`, then `http-request` rules in
// their order, then `redirect` rules (src/http_ana.c, http_wait_for_request and http_process_req_common), and the same in its default
// back end. What is not known by name here makes all of it unsure.
import type { Container } from '../../kubernetes/objects.ts';
import { readOnce } from '../../plan/lazy.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { filesOf, parsedOnce } from './container-files.ts';
import { type HaproxyRequest, namedBy, OWN_ERRORS, type Rule, ruleSays } from './haproxy-rules.ts';
import { listensOn, parseHaproxy, type Section } from './haproxy-syntax.ts';
import type { Configuration } from './nginx-files.ts';
import { answered, ELSEWHERE, isPlainPath, type Request, type Said, UNSURE } from './said.ts';

const CONFIGURATION = '/usr/local/etc/haproxy/haproxy.cfg';

/** @returns undefined where it is not seen, or HAProxy may be started with another one */
export function readHaproxy(
  container: Container,
  namespace: string,
  snapshot: Snapshot,
): Configuration<readonly Section[]> | undefined {
  if (!startsAsTheImageDoes(container)) return undefined;
  const file = filesOf(container, namespace, snapshot).read(CONFIGURATION);
  if (file.state !== 'text') return undefined;
  const tree = treeOf(file);
  return tree === undefined ? undefined : { tree, from: `haproxy.cfg of ConfigMap "${file.configMap.metadata.name}"` };
}

const treeOf = parsedOnce(parseHaproxy);

const startsAsTheImageDoes = readOnce(({ command, args }: Container): boolean => {
  const words = [...command, ...args].join(' ');
  return words === '' || words === `haproxy -f ${CONFIGURATION}`;
});

export function haproxySays(sections: readonly Section[], request: Request): Said {
  if (!isPlainPath(request.path) || !sections.every(isKnown)) return UNSURE;
  const listening = sections.filter(({ kind }) => kind === 'frontend' || kind === 'listen');
  const heard = listening.map((section) => listensOn(section, request.port));
  if (heard.includes('unsure')) return UNSURE;
  const here = listening.filter((_, index) => heard[index] === true);
  const [own] = here;
  if (own === undefined || here.length > 1 || modeOf(own, sections) !== 'http') return UNSURE;
  const monitor = own.lines.find(([name]) => name === 'monitor-uri')?.[1];
  if (monitor === request.path) return answered(200);
  const asked = { ...request, isAsSent: !sections.some(changesHeaders) };
  const said = sectionSays(own, asked);
  if (said !== undefined) return said;
  return own.kind === 'listen' ? ELSEWHERE : backendSays(own, sections, asked);
}

/** Of the sections that a request may meet; what comes after the rules answers. */
function sectionSays({ lines }: Section, request: HaproxyRequest): Said | undefined {
  const acls = lines.filter(([name]) => name === 'acl').map(([, ...words]) => words);
  const named = namedBy(acls, request);
  const rules: readonly Rule[] = [
    ...lines.filter(([name]) => name === 'http-request').map(([, ...words]) => words),
    ...lines.filter(([name]) => name === 'redirect'),
  ];
  for (const rule of rules) {
    const said = ruleSays(rule, named, request);
    if (said !== undefined) return said;
  }
  return undefined;
}

function backendSays({ lines }: Section, sections: readonly Section[], request: HaproxyRequest): Said {
  if (lines.some(([name]) => name === 'use_backend')) return UNSURE;
  const name = lines.find(([first]) => first === 'default_backend')?.[1];
  const backend = sections.find((section) => section.kind === 'backend' && section.name === name);
  // Without one HAProxy answers 503.
  if (backend === undefined) return UNSURE;
  return sectionSays(backend, request) ?? ELSEWHERE;
}

/** Of the headers that conditions ask for here. */
function changesHeaders({ lines }: Section): boolean {
  return lines.some(
    ([, action = '', name = '']) => /^(set|add)-header$/.test(action) && /^(host$|x-forwarded-)/i.test(name),
  );
}

/** That of the section, or of the defaults before it. */
function modeOf(section: Section, sections: readonly Section[]): string | undefined {
  const before = sections.slice(0, sections.indexOf(section)).findLast(({ kind }) => kind === 'defaults');
  const modes = [...(before?.lines ?? []), ...section.lines].filter(([name]) => name === 'mode');
  return modes.at(-1)?.[1];
}

/** In every section: they neither answer nor change what is asked. */
const HARMLESS = new Set([
  ...['balance', 'compression', 'cookie', 'default-server', 'description', 'fullconn', 'hash-type', 'http-check'],
  ...['http-reuse', 'id', 'log', 'log-format', 'maxconn', 'mode', 'option', 'rate-limit', 'retries', 'retry-on'],
  ...['stick-table', 'timeout', 'unique-id-format', 'unique-id-header'],
]);
const FOLLOWED = new Set([
  ...[
    'acl',
    'bind',
    'default_backend',
    'http-request',
    'monitor-uri',
    'redirect',
    'server',
    'server-template',
    'use_backend',
  ],
]);
const APART = new Set(['resolvers', 'peers', 'userlist', 'cache', 'mailers', 'ring']);

function isKnown({ kind, lines }: Section): boolean {
  if (kind === 'global') return !lines.some(([name = '']) => name.startsWith('lua-'));
  if (APART.has(kind)) return true;
  if (!['defaults', 'frontend', 'listen', 'backend'].includes(kind)) return false;
  // What defaults have of rules holds for every section after them.
  const isFollowed = (name: string): boolean => kind !== 'defaults' && FOLLOWED.has(name);
  return lines.every(([name = '', code = '']) => HARMLESS.has(name) || isFollowed(name) || isErrorPage(name, code));
}

/** A file in place of an answer that no rule here gives. */
function isErrorPage(name: string, code: string): boolean {
  return name === 'errorfile' && OWN_ERRORS.includes(code);
}
