import { describe, expect, it } from 'vitest';
import { MEASURED } from '../../test/apps/measured.ts';
import { agrees, answerWords } from '../../test/support/app-agreement.ts';
import { askCatalogue } from '../../test/support/app-pods.ts';
import { RULES } from '../rules/index.ts';
import { loadPolicy } from './load.ts';

const { apps, appFiles } = loadPolicy(
  undefined,
  RULES.map(({ id }) => id),
);

const ROWS = MEASURED.flatMap(({ app, version, pod, answers }) =>
  Object.entries(answers).map(([request, measured]) => {
    const set = [...(pod.args ?? []), ...Object.entries(pod.env ?? {}).map((entry) => entry.join('='))].join(' ');
    return { app, version, set, pod, request, measured };
  }),
);

/** Nobody knows what they answer to /, and what is written down is what was reported of other paths. */
const SILENT_ABOUT_ROOT = ['hazelcast-mc', 'meilisearch-old', 'weaviate-old'];

describe('the catalogue and what real programs answered', () => {
  it.each(ROWS)('agree: $app $version $set: $request is $measured', ({ app, pod, request, measured }) => {
    const answer = askCatalogue(apps, pod, request);
    expect([answer?.app, agrees(answer, measured) ? measured : answerWords(answer)]).toEqual([app, measured]);
  });

  it('differ where the program does', () => {
    const answer = askCatalogue(
      apps,
      { image: 'quay.io/argoproj/argocd:v3.6.0', args: ['argocd-server'] },
      '8080 /healthz',
    );
    expect(['307 https', '307', '200', '301 https'].map((measured) => agrees(answer, measured))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(agrees(undefined, '200')).toBe(false);
  });

  it('agree on a redirect to another host by its status', () => {
    const pod = { image: 'quay.io/oauth2-proxy/oauth2-proxy:v7.15.6', args: ['--skip-provider-button=true'] };
    const answer = askCatalogue(apps, pod, '4180 /');
    expect(['302 https', '302', '307 https', '200'].map((measured) => agrees(answer, measured))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('leave no app with an image without an answer for /', () => {
    const silent = appFiles.filter(
      ({ match, answers }) => match.images !== undefined && !answers.some(({ path }) => path === '/' || path === '*'),
    );
    expect(silent.map(({ id }) => id)).toEqual(SILENT_ABOUT_ROOT);
  });
});
