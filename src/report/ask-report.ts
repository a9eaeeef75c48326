// What `ask` prints: what was heard, what the rules make of it, and what the catalogue would say of it.
import type { AskedReport } from '../asked/asked.ts';
import type { Finding } from '../judge/finding.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import { plainLine } from '../kubernetes/plain-text.ts';
import { AT_INGRESS } from '../plan/fault.ts';
import { type AskedJson, askedJson } from './asked-json.ts';
import { askedLines, type CatalogueEntry, entryLines } from './asked-text.ts';
import { markedLines } from './explain-problems.ts';
import { withColour } from './explain-text.ts';
import { type FindingJson, findingJson } from './finding-json.ts';

export interface AskedBlock {
  /** undefined where none leads there. */
  readonly ingress: Ingress | undefined;
  readonly asked: AskedReport;
  /** Of the rules that speak of answers. */
  readonly findings: readonly Finding[];
}

export function renderAskText(
  blocks: readonly AskedBlock[],
  entries: readonly CatalogueEntry[],
  hasColour: boolean,
): string {
  const texts = [...blocks.map(blockLines), ...(entries.length === 0 ? [] : [entryLines(entries)])];
  const text = `${texts.map((lines) => lines.map(plainLine).join('\n')).join('\n\n')}\n`;
  return hasColour ? withColour(text) : text;
}

function blockLines({ ingress, asked, findings }: AskedBlock): readonly string[] {
  const title = ingress === undefined ? [] : [`Ingress ${ingress.metadata.namespace}/${ingress.metadata.name}`];
  const told = findings.flatMap((finding) =>
    markedLines({ finding, place: AT_INGRESS, file: undefined, line: undefined }, 2),
  );
  return [...title, ...askedLines(asked), ...told];
}

/** Of `ask -o json`. */
export interface AskJson {
  readonly version: 1;
  readonly asked: readonly (AskedJson & {
    /** null where none leads there. */
    readonly ingress: { readonly namespace: string; readonly name: string } | null;
    readonly problems: readonly FindingJson[];
  })[];
  readonly catalogueEntries: readonly CatalogueEntry[];
}

export function renderAskJson(blocks: readonly AskedBlock[], entries: readonly CatalogueEntry[]): AskJson {
  return {
    version: 1,
    asked: blocks.map(({ ingress, asked, findings }) => ({
      ingress: ingress === undefined ? null : { namespace: ingress.metadata.namespace, name: ingress.metadata.name },
      ...askedJson(asked),
      problems: findings.map(findingJson),
    })),
    catalogueEntries: entries,
  };
}
