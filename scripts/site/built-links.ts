// Whether links lead somewhere on the site as it is built, where the menu, the headings and the search have made some that are in no
// Markdown: each address and each fragment on every page.
import { globSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';

/** Text of each page by its path; of what is no page the path only. */
type BuiltSite = ReadonlyMap<string, string | undefined>;

/** @throws with each link that leads nowhere, with its page */
export function checkBuiltLinks(directory: string, found: readonly string[]): void {
  const broken = brokenBuiltLinks(readBuilt(directory), found);
  if (broken.length > 0) throw new Error(`links of the built site that lead nowhere:\n${broken.join('\n')}`);
}

function readBuilt(directory: string): BuiltSite {
  const files = globSync('**/*.*', { cwd: directory }).map((file) => file.replaceAll(sep, '/'));
  return new Map(
    files.map((file) => [file, /\.html$/.test(file) ? readFileSync(join(directory, file), 'utf8') : undefined]),
  );
}

/**
 * Each link that leads nowhere, in words.
 * @param found addresses from the root of the site, that the search leads to
 */
function brokenBuiltLinks(site: BuiltSite, found: readonly string[]): readonly string[] {
  const pages = [...site].flatMap(([page, text]) => (text === undefined ? [] : [[page, attributesOf(text)] as const]));
  const ids = new Map(pages.map(([page, attributes]) => [page, new Set(valuesOf(attributes, /^(id|name)$/))]));
  const inPages = pages.flatMap(([page, attributes]) =>
    valuesOf(attributes, /^(href|src)$/).flatMap((link) => faultOf(page, link, site, ids)),
  );
  return [...new Set([...inPages, ...found.flatMap((link) => faultOf('search', link, site, ids))])];
}

type Attribute = readonly [name: string, value: string];

/** Of all tags. In text a "<" is written as "&lt;", in the value of an attribute a quote as "&quot;". */
function attributesOf(html: string): readonly Attribute[] {
  const tags = html
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .matchAll(/<[a-z][a-z0-9]*((?:\s+[^\s"=<>/]+(?:="[^"]*")?)*)\s*\/?>/gi);
  return [...tags].flatMap(([, list = '']) =>
    [...list.matchAll(/([^\s"=<>/]+)="([^"]*)"/g)].map(
      ([, name = '', value = '']): Attribute => [name.toLowerCase(), unescaped(value)],
    ),
  );
}

function valuesOf(attributes: readonly Attribute[], name: RegExp): readonly string[] {
  return attributes.filter(([one]) => name.test(one)).map(([, value]) => value);
}

function unescaped(value: string): string {
  return value.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function faultOf(
  page: string,
  link: string,
  site: BuiltSite,
  ids: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] {
  if (/^[a-z][a-z0-9+.-]*:/i.test(link)) return [];
  const [path = '', fragment = ''] = link.split('#', 2).map(decode);
  // From the root of a host: the site may lie below any address, and on a disk.
  const target = path === '' ? page : posix.join(posix.dirname(page), path);
  if (path.startsWith('/') || !site.has(target)) return [`${page}: ${link} leads nowhere`];
  if (fragment === '' || ids.get(target)?.has(fragment) === true) return [];
  return [`${page}: ${link}: ${target} has no such place`];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
