// Where the serving certificate comes from: a mounted directory, or the guard itself (self-signed.ts).
import type { Logger } from 'pino';
import { type KeyPair, loadKeyPair } from '../../server/tls.ts';
import { watchKeyPair } from './watched-files.ts';

export interface Certificate {
  /** To begin to listen with. */
  readonly initial: KeyPair;
  /** Why nobody can trust it yet; undefined where that is not known. */
  whyNotReady(): string | undefined;
  /** Follows changes from here on. */
  start(on: CertificateEvents): void;
  stop(): Promise<void>;
}

export interface CertificateEvents {
  onPair(fresh: KeyPair): void;
  /** Called at every look: whether what is there can be used. */
  onState(isUsable: boolean): void;
}

/** @throws AppError tls-invalid */
export function mountedCertificate(directory: string, logger: Logger): Certificate {
  const initial = loadKeyPair(directory);
  let stop = (): void => undefined;
  return {
    initial,
    whyNotReady: () => undefined,
    start: ({ onPair, onState }) => {
      stop = watchKeyPair(directory, initial, logger, onPair, { onState });
    },
    stop: async () => stop(),
  };
}
