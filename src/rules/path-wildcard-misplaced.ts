import { looksLikePattern, translatePath, whyGoogleRefuses } from '../plan/path.ts';
import { type PathSite, pathsOf } from './ingress-paths.ts';
import { defineRule, type RuleFinding } from './rule.ts';

export const pathWildcardMisplaced = defineRule({
  id: 'path-wildcard-misplaced',
  judges: 'Ingress',
  severity: 'error',
  summary: 'A path has a "*" anywhere but as a final "/*", or is a regular expression.',
  why: 'The GKE Ingress controller hands the path on as it is, and Google refuses the URL map, for all paths of the Ingress. What it does not refuse it takes letter by letter.',
  fix: 'Write a plain path, with "/*" at its end for everything below it; patterns have no equivalent.',
  covers: ['R6'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#url_paths',
    'https://cloud.google.com/load-balancing/docs/url-map-concepts',
  ],
  check: ({ plan }) => (plan.class.isClaimed ? pathsOf(plan).flatMap(findPattern) : []),
});

function findPattern(site: PathSite): readonly RuleFinding[] {
  const { path, pathType, field, inWords, subject } = site;
  const translated = translatePath(path, pathType);
  if (!translated.ok) return [];
  const isPattern = looksLikePattern(path);
  const refused = translated.paths.find((one) => whyGoogleRefuses(one) !== undefined);
  // Without its slash it is another mistake, which the API server refuses.
  const isRefused = refused !== undefined && (path.startsWith('/') || path.includes('*'));
  if (!isRefused && !isPattern) return [];
  const common = { path: [...field, 'path'], subject };
  if (!isRefused) {
    return [
      {
        ...common,
        message: `${inWords} is a pattern, and Google knows none but a final "/*": taken literally, it matches no request.`,
        fix: fixOf(path),
        isCertain: false,
        severity: 'warning',
      },
    ];
  }
  const what = isPattern ? 'is a pattern, and Google knows none but a final "/*"' : whatIsRefused(path);
  return [{ ...common, message: `${inWords} ${what}: it refuses the URL map of the whole Ingress.`, fix: fixOf(path) }];
}

function whatIsRefused(path: string): string {
  if (path.includes('*')) return 'has a "*" that is no final "/*", and Google takes no other';
  return `has a "${path.includes('?') ? '?' : '#'}", which Google takes in no path`;
}

/** What stands before the pattern, down to a whole segment; all of it where the pattern begins a new one, as "(/|$)" does. */
function fixOf(path: string): string {
  if (!path.includes('*') && !looksLikePattern(path)) return `Write path: "${path.split(/[?#]/, 1)[0] || '/'}"`;
  const start = path.search(/[\\^|{}[\]()?#*]|\.[*+]|\$$/);
  const before = path.slice(0, start);
  const isWhole = path.startsWith('(/', start) || start === path.length - 1;
  const segment = isWhole ? before.replace(/\/$/, '') : before.slice(0, before.lastIndexOf('/'));
  return `Write a plain path, such as "${segment}/*".`;
}
