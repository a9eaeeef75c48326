// JSON as commands print it: the same content in which nothing acts on a terminal or hides.
import { plainJson } from '../kubernetes/plain-text.ts';

export function jsonText(document: unknown): string {
  // Only the line feeds between lines are JSON's own; those in texts are escaped already.
  return `${JSON.stringify(document, null, 2).split('\n').map(plainJson).join('\n')}\n`;
}
