// docs/apps.md, from the files of the catalogue.

import type { AppFile } from '../../src/policy/schemas.ts';
import { CONFIGURATIONS } from '../apps/configurations.ts';

type Answer = AppFile['answers'][number];

const MAX_PLACES = 6;

export function renderAppsPage(files: readonly AppFile[]): string {
  const apps = files.filter(({ match }) => match.signal === undefined);
  const signals = files.filter(({ match }) => match.signal !== undefined);
  const rows = apps.map((app) => rowOf([nameOf(app), signsOf(app).join('<br>'), answersOf(app), fixesOf(app)]));
  return `# The catalogue of known apps

<!-- Generated from policies/apps/*.yaml by \`npm run fix\`. -->

What ${apps.length} apps answer to a health check over plain HTTP, as far as a Pod's spec tells: the first line that applies.
Google takes 200 and nothing else, follows no redirect and speaks no TLS unless the Service asks for it; the guard warns of
every other answer. A path that is not listed is one of which nobody knows, and of which the guard says nothing. "With" a
flag or variable means with the value that switches it on, whether the Pod, envFrom or a ConfigMap key gives it; the app's file
has the values and the sources. "Unless …" is what would make the answer another and is in no Pod. To add an app, or to
replace one by your own, see [CONTRIBUTING.md](../CONTRIBUTING.md#add-an-app-in-five).

| app | recognised by | answers over plain HTTP | what makes it safe |
|---|---|---|---|
${rows.join('\n')}

## Signals

What any program may show. But for the configurations below it is never certain; the warning names the variable, flag, header or file
that it comes from, and "unless …" what would make it wrong. A signal speaks only where no app of the catalogue answers, and of a container that is
known by its image only where the table says "besides". A list of hosts is one only for a health check without a Host header.
Files are those of ConfigMaps that the container mounts and that are among the files or, with \`--live\`, in the cluster; a path
that such a file names is said nothing of. The webhook reads no ConfigMap for it but those of known apps; the audit in the cluster reads
what is mounted, with [\`components/mounted-config\`](audit.md#what-web-servers-answer).

A configuration of nginx, Caddy or HAProxy is read whole where their own image (\`docker.io/library/nginx\`, \`docker.io/nginxinc/nginx-unprivileged\`,
\`docker.io/library/caddy\`, \`docker.io/library/haproxy\`, and mirrors that keep that path) starts as it is made and finds it in ConfigMaps: the server block, site or front
end of the port, its location of the path, and there a redirect or an answer of its own, for a check without a Host header as for one with it. What it says
then is certain, a 200 too; and where an upstream or files answer, nothing is said. With an include, a variable, a regular expression or
a directive in it that is not followed, with templates, another command or another volume there, it is as unsure as the table says.

\`npm run test:apps\` runs nginx, Apache httpd, HAProxy, Caddy, Prometheus, oauth2-proxy, and small apps of Django, Flask-Talisman,
Starlette and Express, asks each as Google's health check asks, and compares the answers with this page; and nginx, Caddy
and HAProxy with ${CONFIGURATIONS.length} configurations.

| signal | asked | answers over plain HTTP | what makes it safe |
|---|---|---|---|
${signals.map((app) => rowOf([linkTo(app), askedOf(app), answersOf(app), fixesOf(app)])).join('\n')}
`;
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function answersOf(app: AppFile): string {
  return app.answers.map((answer) => answerOf(app, answer)).join('<br>');
}

function askedOf({ match }: AppFile): string {
  return match.signal === 'besides' ? 'besides a known image' : 'alone';
}

function linkTo({ id }: AppFile): string {
  return `[\`${id}\`](../policies/apps/${id}.yaml)`;
}

function nameOf(app: AppFile): string {
  return `${app.name}<br>${linkTo(app)}`;
}

function signsOf({ match }: AppFile): readonly string[] {
  const { images = [], versions, programs = [], env = [], flags = [] } = match;
  const [first, ...mirrors] = images;
  const image = first === undefined ? [] : [`\`${first}\`${mirrors.length === 0 ? '' : ` and ${mirrors.length} more`}`];
  return [
    ...image,
    ...(versions === undefined ? [] : [rangeOf(versions)]),
    ...(programs.length === 0 ? [] : [`running ${programs.map((program) => `\`${program}\``).join(' or ')}`]),
    ...[...env, ...flags].map((name) => `\`${name}\``),
  ];
}

function rangeOf({ from, below }: NonNullable<Answer['versions']>): string {
  return [...(from === undefined ? [] : [`from ${from}`]), ...(below === undefined ? [] : [`below ${below}`])].join(
    ' ',
  );
}

function answerOf(app: AppFile, answer: Answer): string {
  const { path, port, probedPort, bareHost, status, when = [], unless = [], versions, unlessUnseen } = answer;
  const conditions = [
    ...(bareHost ? ['without a Host header'] : []),
    ...(probedPort ? ['on the port of the readiness probe'] : []),
    ...when.map((name) => `with ${placesOf(app, name)}`),
    ...unless.map((name) => `without ${placesOf(app, name)}`),
    ...(versions === undefined ? [] : [rangeOf(versions)]),
    ...(unlessUnseen === undefined ? [] : [`unless ${unlessUnseen}`]),
  ];
  const asked = `\`${port === undefined ? '' : `:${port} `}${path}\``;
  const said = [status, ...(answer.tlsOnly ? ['TLS only'] : []), ...(answer.redirectsToHttps ? ['to HTTPS'] : [])];
  return [`${asked} **${said.filter((part) => part !== undefined).join(' ')}**`, ...conditions].join(', ');
}

/** Where a setting is read, while that is short. */
function placesOf({ settings = {} }: AppFile, name: string): string {
  const places = (settings[name] ?? []).map(({ flag, env, probeHeader, line }) => {
    if (probeHeader !== undefined) return `\`${probeHeader}\` in the readiness probe`;
    if (line !== undefined) return `a line of ${name} in a ConfigMap`;
    const place = flag ?? env;
    return place === undefined ? 'an HTTPS readiness probe' : `\`${place}\``;
  });
  return places.length > MAX_PLACES ? `any setting of ${name}` : [...new Set(places)].join(' or ');
}

function fixesOf({ fix, olderFixes = [], answers }: AppFile): string {
  const own = answers.flatMap((answer) => answer.fix ?? []);
  return [fix, ...olderFixes.map((older) => `(below ${older.below}: ${older.fix})`), ...new Set(own)].join('<br>');
}
