// Texts that users see in a source: its strings and templates, each with its line, but no comments.
import { parseAst } from 'vitest/node';

export interface UserText {
  readonly line: number;
  readonly text: string;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

/** In place of a value in a template, so that the words on both sides of it do not grow together. */
const VALUE = '…';
/** The strings in these name modules and types. */
const NO_TEXT: ReadonlySet<string> = new Set([
  'ImportDeclaration',
  'ImportExpression',
  'ExportAllDeclaration',
  'TSLiteralType',
  'TSImportType',
]);

/** Strings that are added up are one text, because a phrase may continue on the next line of the source. */
export function textsOfSource(source: string): readonly UserText[] {
  const texts: UserText[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) visit(one);
    if (!isNode(value) || NO_TEXT.has(value.type)) return;
    if (isText(value)) texts.push({ line: source.slice(0, value.start).split('\n').length, text: read(value) });
    else for (const child of Object.values(value)) visit(child);
  };
  const read = (node: Node): string => {
    if (!isText(node)) {
      visit(node);
      return VALUE;
    }
    if (node.type === 'Literal') return String(node['value']);
    if (node.type === 'BinaryExpression') return nodesOf([node['left'], node['right']]).map(read).join('');
    visit(node['expressions']);
    return nodesOf(node['quasis']).map(cooked).join(VALUE);
  };
  visit(parseAst(source, { lang: 'ts' }));
  return texts;
}

function isText(node: Node): boolean {
  if (node.type === 'BinaryExpression') return node['operator'] === '+';
  return node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node['value'] === 'string');
}

function cooked({ value }: Node): string {
  return typeof value === 'object' && value !== null && 'cooked' in value ? String(value.cooked) : '';
}

function nodesOf(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
