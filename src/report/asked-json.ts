// What running Pods were heard to answer, as JSON: fields that stay, and the words that people read beside them.
import { type AskedPod, type AskedReport, type AskedTarget, type GoogleView, googleViewOf } from '../asked/asked.ts';
import type { Heard, KubeletResult } from '../asked/heard.ts';
import type { Command } from '../shell-quote.ts';
import { ASKED_THROUGH, googleInWords, kubeletInWords, nextOf, nextOfPassed, passedInWords } from './asked-words.ts';

export interface AskedJson {
  /** What such an answer is worth. */
  readonly note: string;
  readonly checks: readonly CheckJson[];
  readonly notAsked: readonly { readonly service: string; readonly port: number | string; readonly because: string }[];
}

export interface CheckJson {
  /** null for a workload that no Ingress leads to. */
  readonly service: string | null;
  readonly workload: { readonly kind: string; readonly name: string } | null;
  readonly protocol: string;
  readonly port: number | string;
  readonly path: string;
  /** "" for the address of each Pod. */
  readonly host: string;
  readonly timeoutSec: number;
  readonly pods: readonly PodJson[];
  readonly podsNotAsked: readonly {
    readonly name: string;
    readonly because: string;
    readonly next: readonly Command[];
  }[];
  /** Running Pods beyond the bound. */
  readonly podsLeftOut: number;
}

export interface PodJson {
  readonly name: string;
  readonly ready: boolean;
  readonly google: { readonly view: GoogleView['view']; readonly text: string; readonly heard: readonly HeardJson[] };
  /** null where its probe asks for no page, or was not asked; `text` says which. */
  readonly kubelet: {
    readonly result: KubeletResult | null;
    readonly text: string;
    readonly heard: readonly HeardJson[];
  };
  readonly next: readonly Command[];
}

type HeardJson = { readonly status: number; readonly location: string | null } | { readonly silence: string };

export function askedJson({ targets, unasked }: AskedReport): AskedJson {
  return {
    note: ASKED_THROUGH,
    checks: targets.map(checkJson),
    notAsked: unasked.map(({ backend, why }) => ({
      service: backend.serviceName,
      port: backend.servicePort?.port ?? (backend.port.name || backend.port.number),
      because: why,
    })),
  };
}

function checkJson({ target, asked, passed, leftOut }: AskedTarget): CheckJson {
  const { service, workload, protocol, port, path, host, timeoutSec } = target;
  return {
    service: service?.metadata.name ?? null,
    workload: workload === undefined ? null : { kind: workload.kind, name: workload.metadata.name },
    protocol,
    port,
    path,
    host,
    timeoutSec,
    pods: asked.map(podJson),
    podsNotAsked: passed.map((one) => ({
      name: one.pod.object.metadata.name,
      because: passedInWords(one),
      next: nextOfPassed(one),
    })),
    podsLeftOut: leftOut,
  };
}

function podJson(asked: AskedPod): PodJson {
  const { pod, google, kubelet } = asked;
  return {
    name: pod.object.metadata.name,
    ready: pod.isReady,
    google: { view: googleViewOf(google).view, text: googleInWords(asked), heard: google.map(heardJson) },
    kubelet: {
      result: kubelet?.result ?? null,
      text: kubeletInWords(asked),
      heard: kubelet?.hops.map(heardJson) ?? [],
    },
    next: nextOf(asked),
  };
}

function heardJson(heard: Heard): HeardJson {
  return heard.kind === 'answer' ? { status: heard.status, location: heard.location ?? null } : { silence: heard.why };
}
