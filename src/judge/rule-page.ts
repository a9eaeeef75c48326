// Where a rule is explained: in the repository, or on the documentation site where a release names one.

/** The address of the documentation site, without a slash at its end: the one of package.json; empty where there is none. */
export const HOMEPAGE: string = '';

/** From the root of the project where there is no site. */
export function docsOf(rule: string, homepage = HOMEPAGE): string {
  return addressOf(rule, homepage) ?? `docs/rules/${rule}.md`;
}

/** On the site (scripts/site/pages.ts): it stays the same. */
export function addressOf(rule: string, homepage = HOMEPAGE): string | undefined {
  return homepage === '' ? undefined : `${homepage}/rules/${rule}.html`;
}
