// Parts of a load balancer as a change of it names them: hosts, paths, backends.
import type { BackendPlan } from '../plan/backend-plan.ts';
import type { ChangeOf, Fallback } from '../plan/change.ts';
import { phraseOf } from '../plan/conditions.ts';
import type { IngressPlan } from '../plan/plan.ts';
import { quotedPort } from '../plan/service-port.ts';

export function backendInWords({ serviceName, port, isSystemDefault }: BackendPlan): string {
  return isSystemDefault ? "the system's default backend" : `Service "${serviceName}" port ${quotedPort(port)}`;
}

export function ingressInWords({ ingress }: Pick<IngressPlan, 'ingress'>): string {
  return `Ingress "${ingress.metadata.name}"`;
}

export function keyOf({ serviceName, port }: BackendPlan): string {
  return `${serviceName}:${port.name || port.number}`;
}

type Route = Pick<ChangeOf<'backend-lost'>, 'host' | 'paths'>;

export function whatOf({ host, paths }: Route): string {
  if (host === undefined) return 'what no rule takes';
  const where = host === '*' ? 'every host' : `host ${host}`;
  return paths.length === 0 ? where : `path ${shownPaths(paths)} of ${where}`;
}

export function routeOf({ host = '', paths }: Route): string {
  return [host, ...paths].join(' ');
}

export function lostInWords({ backend, error }: ChangeOf<'backend-lost'>): string {
  if (backend === undefined) return `: it names ${phraseOf('C3')}`;
  return `, ${backendInWords(backend)}: ${error === undefined ? 'it cannot be built' : phraseOf(error.condition)}`;
}

export function fallbackInWords({ host, path, backend }: Fallback): string {
  if (path !== '' && backend !== undefined) return `${backendInWords(backend)} (path ${path})`;
  if (host !== '') return host === '*' ? 'what is there for every host' : `what is there for host ${host}`;
  return backend === undefined || backend.isSystemDefault
    ? "the system's default backend"
    : `the default backend, ${backendInWords(backend)}`;
}

/** Of one path of an Ingress there may be two, with and without what is below it. */
function shownPaths(paths: readonly string[]): string {
  const more = paths.length - MAX_LISTED;
  return more > 0 ? `${paths.slice(0, MAX_LISTED).join(', ')} and ${more} more` : paths.join(', ');
}

/** More names nobody reads. */
const MAX_LISTED = 3;

export function listInWords(names: readonly string[]): string {
  const more = names.length - MAX_LISTED;
  const shown = more > 0 ? [...names.slice(0, MAX_LISTED), `${more} more`] : names;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}

export function quotedList(names: readonly string[]): string {
  return listInWords(names.map((name) => `"${name}"`));
}

export function servedInWords(verb: string, hosts: readonly string[]): string {
  const named = hosts.filter((host) => host !== '*').map((host) => `host ${host}`);
  return named.length === 0 ? '' : `${verb} ${listInWords(named)}.`;
}
