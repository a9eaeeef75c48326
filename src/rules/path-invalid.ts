import { nearest } from '../nearest.ts';
import { DEFAULT_PATH_TYPE, translatePath } from '../plan/path.ts';
import { type PathSite, pathsOf } from './ingress-paths.ts';
import { defineRule, type RuleFinding } from './rule.ts';

const PATH_TYPES = ['Exact', 'Prefix', DEFAULT_PATH_TYPE] as const;

export const pathInvalid = defineRule({
  id: 'path-invalid',
  judges: 'Ingress',
  severity: 'error',
  summary: 'A path of type Exact or Prefix is empty or has a "*", or the type is none of the three.',
  why: 'The GKE Ingress controller refuses such a path and, for it, the whole Ingress: nothing of it is built or changed. The only sign is an event, "Translation failed".',
  fix: `Write Prefix paths without "*", for they take everything below them; or use pathType ${DEFAULT_PATH_TYPE} for a final "/*".`,
  covers: ['C14', 'C15', 'C16', 'R6'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#url_paths',
    'https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types',
  ],
  // Whatever becomes of the backends: one that fails hides the path from the controller for now only.
  check: ({ plan }) => (plan.class.isClaimed ? pathsOf(plan).flatMap(findInvalid) : []),
});

function findInvalid(site: PathSite): readonly RuleFinding[] {
  const { path, pathType, type, field, inWords, subject } = site;
  const translated = translatePath(path, pathType);
  if (translated.ok) return [];
  const isUnknown = translated.condition === 'C16';
  const what = isUnknown
    ? `has pathType "${type}", which there is not`
    : `is of type ${type} and ${path === '' ? 'empty' : 'has a "*"'}`;
  return [
    {
      path: [...field, isUnknown ? 'pathType' : 'path'],
      message: `${inWords} ${what}, so the whole Ingress fails to translate.`,
      fix: isUnknown ? `Set pathType: ${nearest(type, PATH_TYPES) ?? 'Prefix'}` : fixOf(site),
      subject,
    },
  ];
}

function fixOf({ path, type }: PathSite): string {
  if (path === '') return 'Write path: "/"';
  const isFinal = path.endsWith('/*') && path.indexOf('*') === path.length - 1;
  const bare = path.slice(0, path.indexOf('*')).replace(/\/$/, '') || '/';
  if (!isFinal) return 'Write the path without "*".';
  return type === 'Prefix'
    ? `Write path: "${bare}", for Prefix takes everything below it.`
    : `Write path: "${bare}" with pathType: Prefix`;
}
