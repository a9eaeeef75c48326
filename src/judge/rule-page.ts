// Where a rule is explained: one place for every format and every door.

/** From the root of the project. */
export function docsOf(rule: string): string {
  return `docs/rules/${rule}.md`;
}
