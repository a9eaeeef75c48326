// What the log says of the watches: each trouble once, and its end. A dozen watches meet the same outage together.

import { shellCommand } from '../../shell-quote.ts';
import { type Resource, resourceName } from '../api/resources.ts';
import type { Failure, Verb } from './reflector.ts';

/** The part of a logger that is needed. */
export interface ViewLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

export interface Watched {
  readonly resource: Resource;
  /** Of the objects that are watched; undefined for all. */
  readonly name: string | undefined;
  /** Where they are watched; left out: everywhere. */
  readonly namespace?: string | undefined;
}

export class Notices {
  readonly #logger: ViewLogger;
  readonly #server: string;
  #isAway = false;
  /** The last trouble of each, until it ends. */
  readonly #told = new Map<string, string>();

  constructor(logger: ViewLogger, server: string) {
    this.#logger = logger;
    this.#server = server;
  }

  failed(watched: Watched, failure: Failure, verb: Verb, reason: string): void {
    if (failure === 'unreachable') {
      if (this.#isAway) return;
      this.#isAway = true;
      const details = { server: this.#server, reason };
      this.#logger.warn(details, 'the API server cannot be reached: what was last seen of the cluster stays');
      return;
    }
    const id = idOf(watched);
    const trouble = `${failure} ${verb}`;
    if (this.#told.get(id) === trouble) return;
    this.#told.set(id, trouble);
    this.#tell(watched, failure, verb, reason);
  }

  succeeded(watched: Watched): void {
    if (this.#isAway) {
      this.#isAway = false;
      this.#logger.info({ server: this.#server }, 'the API server is reached again');
    }
    if (this.#told.delete(idOf(watched))) this.#logger.info(detailsOf(watched), 'watching now');
  }

  #tell(watched: Watched, failure: Failure, verb: Verb, reason: string): void {
    const details = detailsOf(watched);
    const { kind } = watched.resource;
    if (failure === 'not-installed') {
      this.#logger.info({ ...details, reason }, `there is no kind ${kind} in this cluster: what needs it stays silent`);
    } else if (failure === 'forbidden') {
      const check = canI(watched, verb, reason);
      const message = `no right to ${verb} ${kind} objects: what needs them stays silent; add the rule to the guard's ${watched.namespace === undefined ? 'ClusterRole' : `Role in namespace ${watched.namespace}`}`;
      this.#logger.warn({ ...details, verb, reason, rule: ruleFor(watched), check }, message);
    } else if (failure === 'no-room') {
      const message = `no room for all ${kind} objects: what needs those that are missing stays silent; see Sizing in docs/operations.md`;
      this.#logger.warn({ ...details, verb, reason }, message);
    } else {
      this.#logger.warn(
        { ...details, verb, reason },
        `${kind} objects cannot be followed now: the guard goes on trying`,
      );
    }
  }
}

function idOf({ resource, name }: Watched): string {
  return `${resourceName(resource)}/${name ?? ''}`;
}

function detailsOf({ resource, name }: Watched): object {
  return { kind: resource.kind, resource: resourceName(resource), ...(name === undefined ? {} : { name }) };
}

/** As it can be pasted into a ClusterRole. */
function ruleFor({ resource, name }: Watched): string {
  const { group, plural } = resource;
  const names = name === undefined ? '' : `, resourceNames: ["${name}"]`;
  return `- { apiGroups: ["${group}"], resources: ["${plural}"]${names}, verbs: ["list", "watch"] }`;
}

/** The command that asks the API server the same. Its refusal names whom it refused. */
function canI({ resource, name, namespace }: Watched, verb: Verb, reason: string): string {
  const user = /User "([^"]+)"/.exec(reason)?.[1];
  const what = name === undefined ? resourceName(resource) : `${resourceName(resource)}/${name}`;
  const whom = user === undefined ? [] : [`--as=${user}`];
  return shellCommand([
    'kubectl',
    'auth',
    'can-i',
    verb,
    what,
    ...(namespace === undefined ? ['--all-namespaces'] : ['-n', namespace]),
    ...whom,
  ]);
}
