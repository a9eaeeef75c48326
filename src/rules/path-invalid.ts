import type { Wording } from '../judge/finding.ts';
import { advise, inWords, set, together } from '../judge/fix.ts';
import { siteIdentity, siteInWords } from '../judge/plan-words.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import { nearest } from '../nearest.ts';
import type { FaultOf } from '../plan/fault.ts';
import { DEFAULT_PATH_TYPE } from '../plan/path.ts';

const PATH_TYPES = ['Exact', 'Prefix', DEFAULT_PATH_TYPE] as const;

export const pathInvalid = defineRule({
  id: 'path-invalid',
  judges: ['Ingress'],
  severity: 'error',
  summary: 'A path of type Exact or Prefix is empty or has a "*", or its type does not exist.',
  why: 'The GKE Ingress controller refuses such a path and, for it, the whole Ingress: nothing of it is built or changed. The only sign is an event, "Translation failed".',
  fix: `Write Prefix paths without "*", because they take everything below them; or use pathType ${DEFAULT_PATH_TYPE} for a final "/*".`,
  covers: ['C14', 'C15', 'C16', 'R6'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#url_paths',
    'https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types',
  ],
  words: { C14: wordPath, C15: wordPath, C16: wordType },
});

function wordType({ site }: FaultOf<'C16'>, { plan }: WordingContext): Wording {
  const { type, field } = site;
  const meant = nearest(type, PATH_TYPES) ?? 'Prefix';
  return {
    message: `${siteInWords(site)} has pathType "${type}", which does not exist, so the whole Ingress fails to translate.`,
    fix: plan === undefined ? [] : [set(plan.ingress, [...field, 'pathType'], meant)],
    identity: siteIdentity(site),
  };
}

function wordPath(fault: FaultOf<'C14'> | FaultOf<'C15'>, { plan }: WordingContext): Wording {
  const { site } = fault;
  const { path, type, field } = site;
  const what = path === '' ? 'empty' : 'has a "*"';
  const common = {
    message: `${siteInWords(site)} is of type ${type} and ${what}, so the whole Ingress fails to translate.`,
    identity: siteIdentity(site),
  };
  if (plan === undefined) return common;
  const { ingress } = plan;
  const at = [...field, 'path'];
  if (path === '') return { ...common, fix: [set(ingress, at, '/')] };
  const isFinal = path.endsWith('/*') && path.indexOf('*') === path.length - 1;
  // What a "*" in the middle was to match, no path of a URL map matches.
  if (!isFinal) return { ...common, fix: [advise('Write the path without "*"')] };
  const bare = path.slice(0, -2) || '/';
  const fix =
    type === 'Prefix'
      ? inWords(`write path: "${bare}"`, set(ingress, at, bare, 'Prefix takes everything below it'))
      : inWords(
          `write path: "${bare}" with pathType: Prefix`,
          together(set(ingress, at, bare), set(ingress, [...field, 'pathType'], 'Prefix')),
        );
  return { ...common, fix: [fix] };
}
