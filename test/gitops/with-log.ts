import type { ServerProcess } from '../cluster/server-process.ts';

const LINES = 5;
const LINE_LENGTH = 400;

/** @throws {Error} what `act` throws, with what the servers said last: why a controller does not do it is nowhere else. */
export async function withLog<T>(servers: readonly ServerProcess[], act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const logs = servers.map((server) => `${server.name} (${server.ended() ?? 'runs'}):\n${endOf(server.logTail())}`);
    throw new Error(`${error instanceof Error ? error.message : error}\n${logs.join('\n')}`, { cause: error });
  }
}

function endOf(log: string): string {
  const lines = log.split('\n').slice(-LINES);
  return lines.map((line) => line.slice(0, LINE_LENGTH)).join('\n');
}
