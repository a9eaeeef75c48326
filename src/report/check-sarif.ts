// `check` and `audit` as SARIF 2.1.0, for GitHub's code scanning and every other reader of it
// (docs.oasis-open.org/sarif/sarif/v2.1.0; docs.github.com, "SARIF support for code scanning").
import type { Rule } from '../judge/rule.ts';
import { docsOf } from '../judge/rule-page.ts';
import { formatPath } from '../kubernetes/field-path.ts';
import { nameOf } from '../kubernetes/objects.ts';
import { plainText } from '../kubernetes/plain-text.ts';
import type { CheckReport, LocatedFinding, Unread } from './check-report.ts';
import { jsonText } from './json-text.ts';
import { createFingerprints, levelOf, pathOf, relativePath, sentenceOf } from './pipeline-finding.ts';
import { worstFirst } from './quiet-lines.ts';

/** GitHub reads no more of a run, nor of a rule. */
const MAX_RESULTS = 25_000;
const MAX_TAGS = 20;

type Sarif = Readonly<Record<string, unknown>>;

export function renderCheckSarif(report: CheckReport): string {
  const all = worstFirst(report.findings);
  const shown = all.slice(0, MAX_RESULTS);
  const found = new Set(shown.map(({ finding }) => finding.rule));
  const rules = report.rules.filter(({ id }) => found.has(id));
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const fingerprintOf = createFingerprints();
  const results = shown.map((located) => {
    const { finding } = located;
    return {
      ruleId: finding.rule,
      ruleIndex: indexes.get(finding.rule),
      level: levelOf(finding),
      message: { text: withoutLinks(sentenceOf(finding)) },
      locations: [locationOf(report, located)],
      partialFingerprints: { 'objectRulePath/v1': fingerprintOf(finding) },
      properties: { certain: finding.isCertain, late: finding.isLate },
    };
  });
  const run = {
    tool: { driver: { name: 'gke-ingress-guard', rules: rules.map(ruleSarif) } },
    automationDetails: { id: 'gke-ingress-guard/' },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: baseIdsOf(shown),
    invocations: [invocationOf(report, all.length - shown.length)],
    results,
  };
  return jsonText({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] });
}

function ruleSarif({ id, summary, why, fix, severity, judges, covers, references }: Rule): Sarif {
  const see = [docsOf(id), ...references];
  return {
    id,
    shortDescription: { text: summary },
    fullDescription: { text: why },
    help: {
      text: `${summary} ${why} Fix: ${fix} See ${see.join(', ')}`,
      markdown: `${summary}\n\n${why}\n\n**Fix:** ${fix}\n\n${see.map((one) => `- ${one}`).join('\n')}`,
    },
    defaultConfiguration: { level: severity === 'info' ? 'note' : severity },
    properties: { tags: ['kubernetes', 'gke-ingress', ...judges, ...covers].slice(0, MAX_TAGS) },
  };
}

/** Those that are used; where there is no finding, that of files. */
function baseIdsOf(shown: readonly LocatedFinding[]): Sarif {
  const isOfCluster = shown.some(({ file }) => file === '');
  const text = 'The cluster. No file stands there: an object is NAMESPACE/KIND/NAME.yaml.';
  if (isOfCluster) return { [CLUSTER]: { description: { text } } };
  return { [SOURCE]: { description: { text: 'Where the command ran.' } } };
}

const SOURCE = '%SRCROOT%';
const CLUSTER = 'CLUSTER';

function locationOf({ directory }: CheckReport, located: LocatedFinding): Sarif {
  const { finding, file, line, mark } = located;
  const name = nameOf(finding.object);
  const isInFile = file !== '';
  return {
    physicalLocation: {
      artifactLocation: artifactOf(pathOf(directory, located), isInFile ? SOURCE : CLUSTER),
      // GitHub shows no result without a line.
      region: isInFile
        ? { startLine: line, startColumn: mark.column, endLine: line, endColumn: mark.endColumn }
        : { startLine: 1 },
    },
    logicalLocations: [
      { fullyQualifiedName: plainText(`${name} ${formatPath(finding.path)}`), name: plainText(name), kind: 'object' },
    ],
  };
}

function artifactOf(path: string, uriBaseId: string): Sarif {
  const uri = path
    .split('/')
    .map((segment) => encodeURIComponent(segment.toWellFormed()))
    .join('/');
  return { uri, uriBaseId };
}

function invocationOf({ unread, directory }: CheckReport, leftOut: number): Sarif {
  const notifications = [
    ...unread.map((one) => unreadSarif(directory, one)),
    ...(leftOut === 0
      ? []
      : [{ level: 'warning', message: { text: `${leftOut} findings are left out: GitHub reads ${MAX_RESULTS}.` } }]),
  ];
  return { executionSuccessful: unread.length === 0, toolExecutionNotifications: notifications };
}

function unreadSarif(directory: string, { file, line, message }: Unread): Sarif {
  const region = line === undefined ? {} : { region: { startLine: line } };
  return {
    level: 'error',
    message: { text: withoutLinks(`cannot be read: ${plainText(message)}`) },
    locations: [
      { physicalLocation: { artifactLocation: artifactOf(relativePath(directory, file), SOURCE), ...region } },
    ],
  };
}

/** In a message, `[text](target)` is a link (3.11.6): an object's text must not make one. */
function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}
