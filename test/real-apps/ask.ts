// Asks a program on loopback as Google asks a Pod, with the asker of `explain --ask` itself.
import { once } from 'node:events';
import { connect } from 'node:net';
import { askAsGoogle as ask } from '../../src/cluster/asking/ask-pod.ts';
import { type Dial, DialError } from '../../src/cluster/asking/dial.ts';

export interface Heard {
  /** 0 where the connection was closed without an answer in HTTP. */
  readonly status: number;
  readonly location: string | undefined;
}

const POD_IP = '10.0.0.5';

/** @param host of a Host header that the health check has; left out: the address of the Pod */
export async function askAsGoogle(port: number, path: string, host = POD_IP): Promise<Heard> {
  const heard = await ask(loopback, { protocol: 'HTTP', port, path, host, timeoutSec: 5 });
  return heard.kind === 'answer' ? heard : { status: 0, location: undefined };
}

const loopback: Dial = async (port) => {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return socket;
  } catch (cause) {
    throw new DialError('refused', '', { cause });
  }
};
