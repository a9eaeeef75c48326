// How long an admission takes at two guards that differ in the size of their clusters only: blocks of questions to one and to
// the other in turn, so that whatever else the machine does meets both.
import { deployment, ingress, type Manifest, namespaceName, type Shape, service } from './objects.ts';
import { openReviewConnection, questionOf, type ReviewConnection } from './review-connection.ts';

export interface Asked {
  readonly port: number;
  readonly caPem: string;
  readonly shape: Shape;
}

export interface Comparison {
  readonly what: string;
  readonly small: Quantiles;
  readonly large: Quantiles;
}

export interface Quantiles {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** As many different objects of each cluster, so that the client's own caches are the same. */
const OBJECTS = 140;
const WARM_UP_BLOCKS = 10;
const BLOCKS = 30;

const QUESTIONS = [
  { what: '/validate Ingress', path: '/validate', make: ingress, perNamespace: 5 },
  { what: '/validate Service', path: '/validate', make: service, perNamespace: 10 },
  { what: '/validate Deployment', path: '/validate', make: deployment, perNamespace: 10 },
  { what: '/mutate Service', path: '/mutate', make: service, perNamespace: 10 },
] as const;

export async function compare(small: Asked, large: Asked): Promise<readonly Comparison[]> {
  const connections = await Promise.all([small, large].map(({ port, caPem }) => openReviewConnection(port, caPem)));
  const [toSmall, toLarge] = connections;
  if (toSmall === undefined || toLarge === undefined) throw new Error('there are two');
  const comparisons: Comparison[] = [];
  for (const { what, path, make, perNamespace } of QUESTIONS) {
    const [ofSmall, ofLarge] = [small, large].map(({ shape }) =>
      spread(shape, perNamespace, make).map((object) => questionOf(path, object)),
    );
    const [smallMs, largeMs]: [number[], number[]] = [[], []];
    for (let block = -WARM_UP_BLOCKS; block < BLOCKS; block += 1) {
      const isMeasured = block >= 0;
      await askAll(toSmall, ofSmall ?? [], isMeasured ? smallMs : []);
      await askAll(toLarge, ofLarge ?? [], isMeasured ? largeMs : []);
    }
    comparisons.push({ what, small: quantiles(smallMs), large: quantiles(largeMs) });
  }
  for (const connection of connections) connection.close();
  return comparisons;
}

/** Over the whole cluster: what an admission needs is in no cache. */
function spread(
  shape: Shape,
  perNamespace: number,
  make: (namespace: string, number: number) => Manifest,
): readonly Manifest[] {
  const stride = Math.max(1, Math.floor((shape.namespaces * perNamespace) / OBJECTS));
  return Array.from({ length: OBJECTS }, (_, index) => {
    const place = index * stride;
    return make(namespaceName(place % shape.namespaces), Math.floor(place / shape.namespaces) % perNamespace);
  });
}

async function askAll(connection: ReviewConnection, questions: readonly Buffer[], takenMs: number[]): Promise<void> {
  for (const question of questions) takenMs.push(await connection.ask(question));
}

export function quantiles(takenMs: readonly number[]): Quantiles {
  const sorted = takenMs.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}
