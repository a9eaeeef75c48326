// The notes of a release are its section of the changelog.

/**
 * @param tag such as v1.2.3
 * @param version of package.json
 * @throws {Error} where they are not the same version, or the changelog says nothing of it
 */
export function notesOf(changelog: string, tag: string, version: string): string {
  if (tag !== `v${version}`) throw new Error(`The tag is ${tag}, and package.json has the version ${version}.`);
  const sections = changelog.split(/^(?=## )/m).filter((section) => section.startsWith('## '));
  const found = sections.filter((section) => versionOf(section) === version);
  const [section] = found;
  if (section === undefined) throw new Error(`CHANGELOG.md has no section "## ${version} - YYYY-MM-DD".`);
  if (found.length > 1) throw new Error(`CHANGELOG.md has ${found.length} sections for ${version}.`);
  const [heading = '', ...lines] = section.split('\n');
  if (!/^## \S+ - \d{4}-\d{2}-\d{2}$/.test(heading)) throw new Error(`"${heading}" in CHANGELOG.md lacks its day.`);
  const notes = lines.join('\n').trim();
  if (notes === '') throw new Error(`The section of ${version} in CHANGELOG.md is empty.`);
  return `${notes}\n`;
}

/** Keep a Changelog writes it with brackets where it links to a comparison. */
function versionOf(section: string): string | undefined {
  return /^## \[?([^\]\s]+)/.exec(section)?.[1];
}
