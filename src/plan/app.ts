// What an application answers to a health check. The catalogue knows plain HTTP only; what was heard may be over TLS. The plan and the
// rules see this interface only; the catalogue behind it is policy (data), and comes in from outside.
import type { Container, Workload } from '../kubernetes/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { AppProtocol } from './protocol.ts';

export interface AppRequest {
  /** The container port that is asked, where it is known. */
  readonly port: number | undefined;
  readonly path: string;
  /** The Host header of the check; empty or left out: the address that is asked. */
  readonly host?: string;
  /** HTTPS and HTTP2 are over TLS; left out: HTTP. */
  readonly protocol?: AppProtocol;
}

/** samePort: that port speaks TLS as well; sameHost: the host that was asked, whatever the port. */
export type RedirectTarget = 'samePort' | 'sameHost' | 'otherHost';

export type AnswerSource = 'catalogue' | 'signal' | 'asked' | 'google' | 'kubelet';

export interface AppAnswer {
  /** Catalogue id, such as argocd-server. */
  readonly app: string;
  /** In prose, such as "Argo CD server". */
  readonly name: string;
  /** 0 where nobody knows which: the port speaks TLS only, or it is some redirect. */
  readonly status: number;
  /** Whether the answer sends the client to HTTPS. */
  readonly redirectsToHttps: boolean;
  /** Where a redirect leads, which decides what the kubelet makes of it; left out: not known. */
  readonly redirectsTo?: RedirectTarget;
  /** Whether this port does not speak plain HTTP at all; left out: it does. */
  readonly speaksTlsOnly?: boolean;
  /** The setting that ends it, as one short imperative sentence. */
  readonly fix: string;
  /** What is still wrong for users where the check gets 200. */
  readonly note?: string;
  /**
   * Who says so: the catalogue's entry of the app, a sign that any app may show, the running app itself, Google's own health
   * check, or a kubelet's. Left out: the catalogue.
   */
  readonly source?: AnswerSource;
  /** YYYY-MM-DD of what was learned earlier; left out: it is as now. */
  readonly seenOn?: string;
  /** What was asked for and could not be seen, which might make the answer another; undefined where all was seen. */
  readonly unless: string | undefined;
}

export interface AppCatalogue {
  /** Requests over plain HTTP that the catalogue has as answered with 200 by what the container may be; ask each before it is advised. */
  healthyRequestsOf(workload: Workload, container: Container, snapshot: Snapshot): readonly AppRequest[];
  /** @returns undefined where the container is no known app, or nobody knows what it answers there */
  answerOf(workload: Workload, container: Container, request: AppRequest, snapshot: Snapshot): AppAnswer | undefined;
}
