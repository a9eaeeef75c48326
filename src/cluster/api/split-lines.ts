// The lines of a stream, wherever its chunks are cut: in the middle of a line, or of a character.
import { StringDecoder } from 'node:string_decoder';

/** Empty lines are left out, and so is what follows the last newline. @throws RangeError at a line over the limit */
export async function* linesOf(chunks: AsyncIterable<Buffer>, limit: number): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  // Joined only when the line is whole: one of many chunks would be copied at each.
  let parts: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const pieces = decoder.write(chunk).split('\n');
    for (const [index, piece] of pieces.entries()) {
      parts.push(piece);
      length += piece.length;
      if (length > limit) throw new RangeError(`a line is longer than ${limit} characters`);
      if (index === pieces.length - 1) break;
      const line = parts.join('');
      parts = [];
      length = 0;
      if (line !== '') yield line;
    }
  }
}
