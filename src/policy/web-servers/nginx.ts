// What nginx answers for certain, by its configuration: the server block of the port, its location of the path, and there a `return`
// or a redirect by `rewrite`, which come before anything else that a request meets (src/http/ngx_http_core_module.c,
// ngx_http_rewrite_module.c). What is not known by name here makes all of it unsure.

import { locationOf } from './nginx-location.ts';
import { rewritten, type Written } from './nginx-rewrite.ts';
import { serverOf } from './nginx-server.ts';
import type { Directive } from './nginx-syntax.ts';
import { ELSEWHERE, isPlainPath, type Request, type Said, UNSURE } from './said.ts';

export function nginxSays(tree: readonly Directive[], request: Request): Said {
  if (!isPlainPath(request.path) || !areHarmless(tree, IN_MAIN)) return UNSURE;
  const http = tree.filter(({ name }) => name === 'http').flatMap(({ block = [] }) => block);
  if (!areHarmless(http, IN_HTTP)) return UNSURE;
  const server = serverOf(http, request);
  if (server === undefined || !areHarmless(server, IN_SERVER)) return UNSURE;
  const first = rewritten(server, request);
  if (first.kind !== 'nothing') return said(first, [http, server]);
  const location = locationOf(server, request.path);
  if (location === 'unsure') return UNSURE;
  if (location === undefined) return ELSEWHERE;
  if (!areHarmless(location, IN_LOCATION)) return UNSURE;
  const then = rewritten(location, request);
  return then.kind === 'nothing' ? ELSEWHERE : said(then, [http, server, location]);
}

function said(written: Written, scopes: readonly (readonly Directive[])[]): Said {
  if (written.kind !== 'answer') return UNSURE;
  const { status, hasText } = written;
  // A page for a status is another request; an answer with a text of its own has none (ngx_http_send_response).
  const pages = scopes.flat().filter(({ name, args }) => name === 'error_page' && args.includes(String(status)));
  return pages.length > 0 && !(hasText && status < 300) ? UNSURE : written;
}

const IN_MAIN = new Set(['daemon', 'env', 'error_log', 'events', 'http', 'master_process', 'pcre_jit', 'pid', 'user']);
const IN_HTTP = new Set(['server', 'upstream', 'map', 'geo']);
const IN_SERVER = new Set(['location', 'return', 'rewrite', 'if', 'set']);
const IN_LOCATION = new Set([
  'return',
  'rewrite',
  'if',
  'set',
  'proxy_pass',
  'limit_except',
  'empty_gif',
  'stub_status',
]);

/** In every block: they act after a `return`, or on what is sent with it. */
const HARMLESS = new Set([
  ...[
    'absolute_redirect',
    'access_log',
    'add_header',
    'add_trailer',
    'aio',
    'alias',
    'allow',
    'chunked_transfer_encoding',
  ],
  ...['default_type', 'deny', 'directio', 'error_log', 'error_page', 'etag', 'expires', 'http2', 'if_modified_since'],
  ...['ignore_invalid_headers', 'index', 'large_client_header_buffers', 'listen', 'log_format', 'log_not_found'],
  ...['max_ranges', 'merge_slashes', 'output_buffers', 'port_in_redirect', 'postpone_output', 'real_ip_header'],
  ...['real_ip_recursive', 'reset_timedout_connection', 'root', 'satisfy', 'send_timeout', 'sendfile'],
  ...['sendfile_max_chunk', 'server_name', 'server_name_in_redirect', 'server_tokens', 'set_real_ip_from'],
  ...['tcp_nodelay', 'tcp_nopush', 'try_files', 'types', 'underscores_in_headers'],
]);
const HARMLESS_PREFIXES = [
  ...['auth_basic', 'autoindex', 'charset', 'client_', 'fastcgi_', 'grpc_', 'gunzip', 'gzip', 'http2_', 'keepalive_'],
  ...['limit_conn', 'limit_rate', 'limit_req', 'lingering_', 'map_hash_', 'open_file_cache', 'open_log_file_cache'],
  ...['proxy_', 'resolver', 'scgi_', 'server_names_hash_', 'ssl_', 'sub_filter', 'types_hash_', 'uwsgi_'],
  ...['variables_hash_', 'worker_'],
];

function areHarmless(block: readonly Directive[], known: ReadonlySet<string>): boolean {
  return block.every(
    ({ name, args }) =>
      (known.has(name) && !definesKnown(name, args)) ||
      HARMLESS.has(name) ||
      HARMLESS_PREFIXES.some((prefix) => name.startsWith(prefix)),
  );
}

/** A variable of the request that is made anew. */
function definesKnown(name: string, args: readonly string[]): boolean {
  return ['map', 'geo'].includes(name) && /^\$(http_|https$|scheme$|host$|uri$)/.test(args.at(-1) ?? '');
}
