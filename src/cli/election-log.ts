// What is logged of an election for something that one replica does. The same failure is said once.
import type { Logger } from 'pino';
import type { ElectionEvent } from '../cluster/lease/leader-election.ts';
import { systemReason } from '../system-reason.ts';

export interface ElectionWords {
  readonly leads: string;
  readonly leadsNoLonger: string;
  readonly follows: string;
  /** The Lease cannot be read or written. */
  readonly fails: string;
  readonly workFails: string;
}

/** @param details of a failure, for whoever fixes it */
export function electionLog(
  logger: Logger,
  words: ElectionWords,
  details: Readonly<Record<string, string>> = {},
): (event: ElectionEvent) => void {
  let lastReason: string | undefined;
  return (event) => {
    if (event.kind === 'failed') {
      const reason = systemReason(event.error);
      if (reason !== lastReason) logger.warn({ reason, ...details }, words.fails);
      lastReason = reason;
      return;
    }
    lastReason = undefined;
    if (event.kind === 'work-failed') logger.error({ err: event.error }, words.workFails);
    else if (event.kind === 'following') logger.info({ leader: event.holder }, words.follows);
    else logger.info(event.kind === 'leading' ? words.leads : words.leadsNoLonger);
  };
}
