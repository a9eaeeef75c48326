// Which "/*" of its host takes the requests below a path.
import type { PathSite } from './path-site.ts';

export interface Cover {
  readonly site: PathSite;
  /** With its final slash. */
  readonly prefix: string;
}

/** What begins so is below the path. */
export function belowOf(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}

/** Those of each host's last rule, which replaces the others of that host. */
export function sitesThatCount(sites: readonly PathSite[]): readonly PathSite[] {
  const last = new Map(sites.map(({ host, ruleIndex }) => [host, ruleIndex]));
  return sites.filter(({ host, ruleIndex }) => last.get(host) === ruleIndex);
}

/** For each asked path the longest "/*" of its host that takes what is below it; of equal ones the last, as in the URL map. */
export function coversOf(asked: readonly PathSite[], sites: readonly PathSite[]): ReadonlyMap<PathSite, Cover> {
  const requests = Map.groupBy(asked, ({ host }) => host);
  const covers = Map.groupBy(sites.flatMap(prefixesOf), ({ site }) => site.host);
  const found = new Map<PathSite, Cover>();
  for (const [host, ofHost] of requests) {
    // In order of their texts, all that begins with a prefix is directly behind it: nothing is compared with everything.
    const inOrder = [
      ...(covers.get(host) ?? []).map((cover) => ({ text: cover.prefix, cover })),
      ...ofHost.map((site) => ({ text: belowOf(site.path), site })),
    ].toSorted((a, b) => compareText(a.text, b.text));
    const open: Cover[] = [];
    for (const one of inOrder) {
      while (open.length > 0 && !one.text.startsWith(open.at(-1)?.prefix ?? '')) open.pop();
      const longest = open.at(-1);
      if ('site' in one) {
        if (longest !== undefined) found.set(one.site, longest);
        continue;
      }
      if (longest?.prefix === one.text) open.pop();
      open.push(one.cover);
    }
  }
  return found;
}

function prefixesOf(site: PathSite): readonly Cover[] {
  const patterns = site.translated.ok ? site.translated.paths.filter((one) => one.endsWith('/*')) : [];
  return patterns.map((pattern) => ({ site, prefix: pattern.slice(0, -1) }));
}

export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
