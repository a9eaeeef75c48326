// docs/install.md: what it names is there, and what it prints is what is printed.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { admit } from '../../src/admission/admit.ts';
import { parseReview } from '../../src/admission/review.ts';
import { corridorOf } from '../support/corridor.ts';
import { reviewOf } from '../support/reviews.ts';

const ROOT = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/install.md', ROOT), 'utf8');

/** What `kubectl create ingress probe --class=gce --rule='example.com/=web:80'` sends. */
const PROBE = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'probe', namespace: 'default' },
  spec: {
    ingressClassName: 'gce',
    rules: [
      {
        host: 'example.com',
        http: {
          paths: [{ path: '/', pathType: 'Exact', backend: { service: { name: 'web', port: { number: 80 } } } }],
        },
      },
    ],
  },
};

describe('the page about installing', () => {
  it('names folders and files that are there', () => {
    const named = [...page.matchAll(/\bdeploy\/[\w./-]*\w/g)].map(([path]) => path);
    expect(named.length).toBeGreaterThan(5);
    expect([...new Set(named)].filter((path) => !existsSync(new URL(path, ROOT)))).toEqual([]);
  });

  it('links to sections that are there', () => {
    for (const [, file = '', anchor = ''] of page.matchAll(/\]\(([\w-]+\.md)(?:#([\w-]+))?\)/g)) {
      const headings = readFileSync(new URL(`docs/${file}`, ROOT), 'utf8').matchAll(/^#+ (.+)$/gm);
      const anchors = [...headings].map(([, heading = '']) => heading.toLowerCase().replaceAll(' ', '-'));
      expect(['', ...anchors]).toContain(anchor);
    }
  });

  it('shows the first refusal as kubectl prints it', () => {
    const review = parseReview(reviewOf(PROBE));
    if (!review.ok) throw new Error(review.detail);
    const { response } = admit('validate', review.review, corridorOf()).answer;
    const webhook = 'admission webhook "validate.gke-ingress-guard.dev" denied the request';
    expect(page).toContain(`\nerror: failed to create ingress: ${webhook}: ${response.status?.message}\n`);
  });
});
