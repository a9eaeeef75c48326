// `check` and `audit` as JUnit's XML: a suite a file, or a namespace of a cluster; a test case a finding, and one for each object in which there is none. What makes the command
// fail fails; the rest passes and says what it is.
import { type KubernetesObject, nameOf } from '../kubernetes/objects.ts';
import { plainText } from '../kubernetes/plain-text.ts';
import { type CheckReport, isFailing, type LocatedFinding, type Unread } from './check-report.ts';
import { messageOf } from './finding-json.ts';
import { relativePath } from './pipeline-finding.ts';

interface Case {
  /** Left out for an object of a cluster. */
  readonly file?: string;
  readonly name: string;
  readonly rule: string;
  readonly line: number | undefined;
  /** XML. */
  readonly inside: string;
  readonly outcome: 'passed' | 'failure' | 'error';
}

export function renderCheckJunit(report: CheckReport): string {
  const suites = new Map<string, Case[]>();
  const add = (file: string, namespace: string, one: Case): void => {
    const path = file === '' ? undefined : relativePath(report.directory, file);
    const suite = path ?? namespace;
    const cases = suites.get(suite) ?? [];
    suites.set(suite, cases);
    cases.push(path === undefined ? one : { ...one, file: path });
  };
  for (const { file, line, message } of report.unread) add(file, '', unreadCase({ file, line, message }));
  const keyOf = (file: string, object: KubernetesObject): string => `${file}\0${nameOf(object)}`;
  const found = new Set(report.findings.map(({ file, finding }) => keyOf(file, finding.object)));
  for (const one of report.findings) {
    add(one.file, one.finding.object.metadata.namespace, findingCase(report, one));
  }
  for (const { object, file } of report.judged) {
    if (found.has(keyOf(file, object))) continue;
    const passed: Case = { name: nameOf(object), rule: 'no finding', line: undefined, inside: '', outcome: 'passed' };
    add(file, object.metadata.namespace, passed);
  }
  const cases = [...suites.values()].flat();
  const body = [...suites].map(([suite, own]) => suiteXml(suite, own));
  const title = `<testsuites name="gke-ingress-guard" ${countsXml(cases)}>`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', title, ...body, '</testsuites>', ''].join('\n');
}

function findingCase(report: CheckReport, { finding, line }: LocatedFinding): Case {
  const { object, rule, severity, isCertain, fix } = finding;
  const label = isCertain ? severity : `possible ${severity}`;
  const message = messageOf(finding);
  const fails = isFailing(report, finding);
  const text = escaped(`${label}: ${message} Fix: ${fix.text}`);
  const inside = fails
    ? `<failure type="${escaped(rule)}" message="${escaped(message)}">${text}</failure>`
    : `<system-out>${text}</system-out>`;
  return {
    name: nameOf(object),
    rule,
    line: line === 0 ? undefined : line,
    inside,
    outcome: fails ? 'failure' : 'passed',
  };
}

function unreadCase({ file, line, message }: Unread): Case {
  const text = escaped(message);
  const inside = `<error type="unreadable" message="${text}">${text}</error>`;
  return { name: file, rule: 'can be read', line, inside, outcome: 'error' };
}

function suiteXml(suite: string, cases: readonly Case[]): string {
  const lines = cases.map(({ name, rule, file, line, inside }) => {
    const inFile = file === undefined ? '' : ` file="${escaped(file)}"`;
    const at = `${inFile}${line === undefined ? '' : ` line="${line}"`}`;
    const attributes = `classname="${escaped(name)}" name="${escaped(rule)}"${at}`;
    return inside === '' ? `    <testcase ${attributes}/>` : `    <testcase ${attributes}>${inside}</testcase>`;
  });
  return [`  <testsuite name="${escaped(suite)}" ${countsXml(cases)}>`, ...lines, '  </testsuite>'].join('\n');
}

function countsXml(cases: readonly Case[]): string {
  const count = (outcome: Case['outcome']): number => cases.filter((one) => one.outcome === outcome).length;
  return `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="0"`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** One line, without the characters that XML 1.0 does not have either. */
function escaped(text: string): string {
  return plainText(text)
    .replaceAll(/[\ufffe\uffff]/g, ' ')
    .replaceAll(/[&<>"']/g, (found) => ENTITIES[found] ?? '');
}
