// What the configuration of a web server in a mounted ConfigMap says of a request, where the container runs the server's own image and
// the configuration is seen whole.
import type { Container } from '../../kubernetes/objects.ts';
import type { AppRequest, RedirectTarget } from '../../plan/app.ts';
import { readLatest, readOnce } from '../../plan/lazy.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isImageOf, parseImage } from '../image.ts';
import type { AppFile } from '../schemas.ts';
import { caddySays, readCaddy } from './caddy.ts';
import { haproxySays, readHaproxy } from './haproxy.ts';
import { nginxSays } from './nginx.ts';
import { readNginx } from './nginx-files.ts';
import { POD_ADDRESS, type Request, type Said } from './said.ts';

export interface ServerAnswer {
  readonly status: number;
  readonly redirectsToHttps: boolean;
  readonly redirectsTo: RedirectTarget | undefined;
  /** Which file says so. */
  readonly by: string;
  /** Where it is no redirect to HTTPS. */
  readonly fix: string;
}

export type ServerSays = ServerAnswer | 'elsewhere' | undefined;

/** @returns undefined where it does not say for certain; `elsewhere` where it does, and something else than the file answers */
export function serverSays(
  { servers = [] }: AppFile,
  container: Container,
  request: AppRequest,
  namespace: string,
  snapshot: Snapshot,
): ServerSays {
  const { port, path: target, host } = request;
  const { mounts, otherMounts } = container;
  if (servers.length === 0 || port === undefined || mounts.length === 0) return undefined;
  if (mounts.length + otherMounts.length > MAX_MOUNTS) return undefined;
  const { path } = imageOf(container);
  const server = servers.find((one) => pathsOf(one).some((known) => isImageOf(path, known)));
  if (server === undefined) return undefined;
  const asked: Request = { port, target, path: target.split('?', 1)[0] ?? '', host: host || POD_ADDRESS };
  const found = FOLLOWED[server.reads](container, namespace, snapshot, asked);
  if (found === undefined || found.said.kind === 'unsure') return undefined;
  return found.said.kind === 'elsewhere' ? 'elsewhere' : answerOf(found.said, found.from, server.fix);
}

type Server = NonNullable<AppFile['servers']>[number];

const pathsOf = readOnce(({ images }: Server) => images.map((image) => parseImage(image).path));
const imageOf = readLatest(({ image }: Container) => parseImage(image));

type Follow = (container: Container, namespace: string, snapshot: Snapshot, asked: Request) => Told | undefined;

const FOLLOWED: Readonly<Record<Server['reads'], Follow>> = {
  nginx: (container, namespace, snapshot, asked) =>
    told(readNginx(container, namespace, snapshot), (tree) => nginxSays(tree, asked)),
  caddy: (container, namespace, snapshot, asked) =>
    told(readCaddy(container, namespace, snapshot), (tree) => caddySays(tree, asked)),
  haproxy: (container, namespace, snapshot, asked) =>
    told(readHaproxy(container, namespace, snapshot), (tree) => haproxySays(tree, asked)),
};

interface Told {
  readonly said: Said;
  readonly from: string;
}

/** More than anybody mounts: each file is looked for among all of them. */
const MAX_MOUNTS = 100;

function told<T>(
  read: { readonly tree: T; readonly from: string } | undefined,
  says: (tree: T) => Said,
): Told | undefined {
  return read && { said: says(read.tree), from: read.from };
}

function answerOf({ status, location }: Extract<Said, { kind: 'answer' }>, by: string, fix: string): ServerAnswer {
  const redirectsToHttps = location?.startsWith('https://') ?? false;
  return { status, redirectsToHttps, redirectsTo: targetOf(location), by, fix };
}

/** The host that was asked, by nginx's variable or Caddy's placeholder; a name is another one where the address was asked. */
function targetOf(location: string | undefined): RedirectTarget | undefined {
  const host = /^https?:\/\/([^/?#]+)/.exec(location ?? '')?.[1];
  if (host === undefined) return location === undefined ? undefined : 'sameHost';
  // A path may follow the variable without a slash.
  if (/^(\$\{?(http_)?host\}?|\{host\})/.test(host)) return 'sameHost';
  return /^[\w.-]+$/.test(host) ? 'otherHost' : undefined;
}
