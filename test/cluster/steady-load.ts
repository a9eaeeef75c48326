// Creates of users, one each few milliseconds whether the last one is answered or not, and whether each of them was judged.
import { argocdServer, ingress, service } from '../support/objects.ts';
import type { ApiClient, ApiResponse, KubeObject } from './api-client.ts';
import { waitFor } from './wait-for.ts';

export interface Failure {
  readonly what: string;
  /** The guard was there and too busy: it answered by policy, without judging, or not in time. */
  readonly isLate: boolean;
  /** By performance.now(). */
  readonly startedMs: number;
}

export interface SteadyLoad {
  readonly failed: readonly Failure[];
  judged(): number;
  /** How many have begun and not ended. */
  running(): number;
  /** Resolves once so many more that began after this call have been judged. */
  more(count: number): Promise<void>;
  /** Resolves when all have ended. */
  stop(): Promise<void>;
}

/** The codes of the guard (docs/errors.md), and what Go says at the webhook's timeout. */
const LATE = /\[(?:loop-late|deadline-passed)\]|context deadline exceeded/;

interface Case {
  readonly object: (name: string, namespace: string) => unknown;
  /** Whether the answer shows that the guard has judged it, and patched it where it should. */
  readonly isJudged: (answer: ApiResponse) => boolean;
}

/** A Service is patched and judged, an Ingress refused, a Deployment warned of. */
const CASES: readonly Case[] = [
  {
    object: (name, namespace) => service({ name, namespace, spec: { selector: { app: name } } }),
    isJudged: ({ status, body }) => {
      const { metadata } = body as { readonly metadata: { readonly annotations?: Readonly<Record<string, string>> } };
      return status === 201 && metadata.annotations?.['cloud.google.com/neg'] === '{"ingress": true}';
    },
  },
  {
    // The class in the field only, which every policy refuses.
    object: (name, namespace) => ingress({ name, namespace, ingressClassName: 'gce' }),
    isJudged: ({ status, body }) => status === 403 && JSON.stringify(body).includes('denied the request'),
  },
  {
    object: (name, namespace) => ({ ...argocdServer(), metadata: { name, namespace } }),
    isJudged: ({ status, warnings }) =>
      status === 201 && warnings.some((warning) => warning.includes('[probe-redirects-to-https]')),
  },
];

/** @param everyMs between two creates */
export function startLoad(client: ApiClient, namespace: string, everyMs: number): SteadyLoad {
  const failed: Failure[] = [];
  const running = new Set<Promise<void>>();
  // When each that was judged had begun.
  const judged: number[] = [];
  let count = 0;
  const one = async ({ object, isJudged }: Case): Promise<void> => {
    count += 1;
    const name = `load-${count}`;
    const startedMs = performance.now();
    const fail = (what: string): void =>
      void failed.push({ what: `${name}: ${what}`, isLate: LATE.test(what), startedMs });
    try {
      // The builders make whole objects.
      const answer = await client.create(object(name, namespace) as KubeObject);
      if (isJudged(answer)) judged.push(startedMs);
      else fail(`${answer.status} ${said(answer)}`);
    } catch (error) {
      fail(String(error));
    }
  };
  const timer = setInterval(() => {
    const next = CASES[count % CASES.length];
    if (next === undefined) return;
    const task = one(next).finally(() => running.delete(task));
    running.add(task);
  }, everyMs);
  return {
    failed,
    judged: () => judged.length,
    running: () => running.size,
    more: async (wanted) => {
      const sinceMs = performance.now();
      await waitFor(
        `${wanted} more creates to be judged`,
        async () => ({ seen: judged.filter((startedMs) => startedMs >= sinceMs).length, failed: failed.at(-1)?.what }),
        ({ seen }) => seen >= wanted,
      );
    },
    stop: async () => {
      clearInterval(timer);
      await Promise.all(running);
    },
  };
}

function said({ body, warnings }: ApiResponse): string {
  const { message = '' } = body as { readonly message?: string };
  return [message, ...warnings].join(' ').slice(0, 300);
}
