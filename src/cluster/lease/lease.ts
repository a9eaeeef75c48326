// A Lease of coordination.k8s.io/v1: its record, read and written so that of two writers only one gets through.
import { at, isJsonObject, type JsonObject, optionalInteger, textOr } from '../../kubernetes/read.ts';
import { ApiError, type ClusterConnection } from '../api/connection.ts';

/** Its spec, as far as it is used. */
export interface LeaseRecord {
  /** "" where nobody holds it. */
  readonly holder: string;
  readonly acquireTime: string;
  readonly renewTime: string;
  readonly durationSeconds: number;
  readonly transitions: number;
}

export interface LeaseName {
  readonly namespace: string;
  readonly name: string;
}

const API = '/apis/coordination.k8s.io/v1/namespaces';

/** Reads and writes the Lease; a write is refused where it has changed since it was read. */
export class LeaseClient {
  readonly #connection: ClusterConnection;
  readonly #where: LeaseName;
  readonly #timeoutMs: number;
  /** As it was last read or written; undefined where there is none. */
  #stored: JsonObject | undefined;

  constructor(connection: ClusterConnection, where: LeaseName, timeoutMs: number) {
    this.#connection = connection;
    this.#where = where;
    this.#timeoutMs = timeoutMs;
  }

  async read(signal: AbortSignal): Promise<LeaseRecord | undefined> {
    try {
      const raw = await this.#connection.request({ path: this.#path(), signal, timeoutMs: this.#timeoutMs });
      this.#stored = isJsonObject(raw) ? raw : undefined;
      return parseLease(raw);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
      this.#stored = undefined;
      return undefined;
    }
  }

  async write(record: LeaseRecord, signal?: AbortSignal): Promise<void> {
    const { namespace, name } = this.#where;
    const stored = this.#stored;
    const fresh = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name } };
    const raw = await this.#connection.request({
      method: stored === undefined ? 'POST' : 'PUT',
      path: stored === undefined ? this.#collection() : this.#path(),
      body: { ...(stored ?? fresh), spec: specOf(record) },
      timeoutMs: this.#timeoutMs,
      ...(signal === undefined ? {} : { signal }),
    });
    this.#stored = isJsonObject(raw) ? raw : undefined;
  }

  #collection(): string {
    return `${API}/${encodeURIComponent(this.#where.namespace)}/leases`;
  }

  #path(): string {
    return `${this.#collection()}/${encodeURIComponent(this.#where.name)}`;
  }
}

function parseLease(raw: unknown): LeaseRecord {
  const spec = at(raw, 'spec');
  return {
    holder: textOr(at(spec, 'holderIdentity'), ''),
    acquireTime: textOr(at(spec, 'acquireTime'), ''),
    renewTime: textOr(at(spec, 'renewTime'), ''),
    durationSeconds: optionalInteger(at(spec, 'leaseDurationSeconds')) ?? 0,
    transitions: optionalInteger(at(spec, 'leaseTransitions')) ?? 0,
  };
}

function specOf({ holder, acquireTime, renewTime, durationSeconds, transitions }: LeaseRecord): JsonObject {
  return {
    holderIdentity: holder,
    leaseDurationSeconds: durationSeconds,
    // What has no time yet was never held.
    ...(acquireTime === '' ? {} : { acquireTime }),
    renewTime,
    leaseTransitions: transitions,
  };
}

export function isSameRecord(a: LeaseRecord, b: LeaseRecord): boolean {
  return JSON.stringify(specOf(a)) === JSON.stringify(specOf(b));
}

/** metav1.MicroTime wants six digits. */
export function microTime(wallMs: number): string {
  return new Date(wallMs).toISOString().replace('Z', '000Z');
}
