// The note of an Event with the address of the rule's page, where a release names a documentation site.
import { addressOf, HOMEPAGE } from '../judge/rule-page.ts';
import { MAX_NOTE_BYTES } from './note.ts';

/** In front of the fix, because a command that is pasted ends the note; and only where all of it fits. */
export function linkedNote(note: string, rule: string, homepage = HOMEPAGE): string {
  const address = addressOf(rule, homepage);
  if (address === undefined) return note;
  const linked = note.replace(`[${rule}].`, `[${rule}] (${address}).`);
  return new TextEncoder().encode(linked).length <= MAX_NOTE_BYTES ? linked : note;
}
