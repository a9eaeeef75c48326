// What becomes of one path of an Ingress in Google's URL map (ingress-gce
// pkg/controller/translator/translator.go validateAndGetPaths).
import type { Ingress } from '../kubernetes/objects.ts';

/** Why Google refuses a path: no slash at its start, a `*` anywhere but as a final `/*`, or `?` or `#`. */
export type PathRefusal = 'no-slash' | 'wildcard' | 'character';

/** Type of a path that has none, as old API versions allow. */
export const DEFAULT_PATH_TYPE = 'ImplementationSpecific';

/** DefaultPath: what an empty path means. */
const CATCH_ALL = '/*';

export type TranslatedPath =
  | { readonly ok: true; readonly paths: readonly string[] }
  | { readonly ok: false; readonly condition: 'C14' | 'C15' | 'C16' };

export function translatePath(path: string, pathType: string | undefined): TranslatedPath {
  switch (pathType ?? DEFAULT_PATH_TYPE) {
    case 'ImplementationSpecific':
      return { ok: true, paths: [path || CATCH_ALL] }; // as it is, without any check
    case 'Exact':
      return isRefused(path) ? { ok: false, condition: 'C14' } : { ok: true, paths: [path] };
    case 'Prefix':
      return isRefused(path) ? { ok: false, condition: 'C15' } : { ok: true, paths: prefixPaths(path) };
    default:
      return { ok: false, condition: 'C16' };
  }
}

function isRefused(path: string): boolean {
  return path === '' || path.includes('*');
}

/** `/foo` and `/foo/` take the same requests: /foo itself, and everything below. */
function prefixPaths(path: string): readonly string[] {
  if (path === '/') return [CATCH_ALL];
  const bare = path.endsWith('/') ? path.slice(0, -1) : path;
  return [bare, `${bare}/*`];
}

const MANY_PATHS = 16;

/** Whether an Ingress has so many that what is read of all of them is worth remembering. */
export function hasManyPaths({ rules }: Ingress): boolean {
  let count = rules.length;
  for (const { paths } of rules) count += paths?.length ?? 0;
  return count > MANY_PATHS;
}

/**
 * Whether two of them may have a route in common, by what is before a final `/*`: routes that are equal have that in
 * common, and so have the two of one path. Looked up for each path, and not for each route.
 */
export function mayMeet(translated: readonly TranslatedPath[]): boolean {
  if (translated.length < 2) return false;
  const bases = new Set<string>();
  let count = 0;
  for (const one of translated) {
    const [route] = one.ok ? one.paths : [];
    if (route === undefined) continue;
    bases.add(route.endsWith('/*') ? route.slice(0, -2) : route);
    count += 1;
  }
  return bases.size < count;
}

/**
 * Why Google refuses a translated path. The controller does not look, so the error is CreateUrlMap's (Compute API,
 * urlMaps pathRules: a path begins with "/", and "*" is only at the end, after a "/"; "?" and "#" are not allowed).
 */
export function whyGoogleRefuses(path: string): PathRefusal | undefined {
  if (!path.startsWith('/')) return 'no-slash';
  const star = path.indexOf('*');
  if (star !== -1 && !(star === path.length - 1 && path.endsWith('/*'))) return 'wildcard';
  return path.includes('?') || path.includes('#') ? 'character' : undefined;
}

/**
 * Whether a path reads as a regular expression or a template, none of which there is in a URL map: by characters that
 * are in no path of a URL (RFC 3986), or there only with another sense than here. "(" and "$" alone are legal, as in
 * OData's /Products(1) and /$metadata.
 */
export function looksLikePattern(path: string): boolean {
  return /[\\^|{}[\]]|\(\?|\.[*+]|\$$/.test(path);
}
