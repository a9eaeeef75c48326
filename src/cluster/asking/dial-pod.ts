// A connection to a port of a Pod, straight to its address: in the cluster, from the asker's own Pod. The address is one that was
// proven to be a Pod's; a name is never looked up, and nothing that an answer says leads anywhere.
import { once } from 'node:events';
import { connect, isIPv4 } from 'node:net';
import { type Dial, DialError } from './dial.ts';

/** @param totalMs after which the connection ends, whatever is being said on it */
export function dialPod(address: string, totalMs: number): Dial {
  return async (port) => {
    if (!isIPv4(address)) throw new TypeError(`${JSON.stringify(address)} is no address`);
    const deadline = AbortSignal.timeout(totalMs);
    const socket = connect({ host: address, port, family: 4, signal: deadline });
    try {
      await once(socket, 'connect', { signal: deadline });
      return socket;
    } catch (cause) {
      socket.destroy();
      const why = deadline.aborted ? `no connection within ${totalMs / 1000} s` : String(cause);
      throw new DialError(deadline.aborted ? 'forward' : 'refused', why, { cause });
    }
  };
}
