// The body of an answer, read as it comes and never beyond a bound: nobody's answer may take the memory of all others.
import type { IncomingMessage } from 'node:http';

/**
 * The largest object in JSON, with room around it: etcd takes 1.5 MiB (--max-request-bytes), and Go writes a character such as
 * < in six (\u003c).
 */
export const MAX_OBJECT_BYTES = 10 * 1024 * 1024;

/** The answer is over the bound, and was not read to its end. */
export class AnswerTooLarge extends Error {
  constructor(limit: number) {
    super(`its answer is larger than ${limit} bytes`);
    this.name = 'AnswerTooLarge';
  }
}

/** @throws AnswerTooLarge, and what the stream breaks off with */
export async function readText(response: IncomingMessage, limit: number): Promise<string> {
  if (Number(response.headers['content-length']) > limit) {
    response.destroy();
    throw new AnswerTooLarge(limit);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop early destroys the response, and with it the connection.
  for await (const chunk of response) {
    size += chunk.length;
    if (size > limit) throw new AnswerTooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
