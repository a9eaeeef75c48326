// What running Pods were heard to answer, for people: Google's side and the kubelet's, one below the other, for each Pod.
import { type AskedPod, type AskedReport, type AskedTarget, googleViewOf, type PassedPod } from '../asked/asked.ts';
import { type Command, shellCommand } from '../shell-quote.ts';
import {
  ASKED_THROUGH,
  googleInWords,
  heardInWords,
  kubeletInWords,
  nextOf,
  nextOfPassed,
  passedInWords,
} from './asked-words.ts';
import { INFO_MARK, MARK } from './explain-problems.ts';
import { wrapCommand, wrapProse } from './explain-wrap.ts';

/** An entry for the catalogue of apps, as its file would be. */
export interface CatalogueEntry {
  readonly id: string;
  readonly text: string;
}

/** @returns lines that still have to be made plain as a whole, as all of `explain` are */
export function askedLines({ targets, unasked }: AskedReport): readonly string[] {
  return [
    "asked of running Pods, as Google's health check asks",
    ...wrapProse('  ', ASKED_THROUGH, 2),
    ...targets.flatMap(targetLines),
    ...unasked.flatMap(({ backend, why }) => {
      const name = `Service ${backend.serviceName}:${backend.port.name || backend.port.number}`;
      return wrapProse('  ', `${name}: not asked, for ${why}.`, 4);
    }),
  ];
}

/** @param entries for the catalogue, with the names of their files */
export function entryLines(entries: readonly CatalogueEntry[]): readonly string[] {
  return entries.flatMap(({ id, text }) => [
    `for the catalogue, as apps/${id}.yaml of a policy directory (--save-app writes it)`,
    ...text
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`),
  ]);
}

function targetTitle({ backend, target }: Pick<AskedTarget, 'backend' | 'target'>): string {
  if (backend !== undefined) return `Service ${backend.serviceName}:${backend.port.name || backend.port.number}`;
  const { workload } = target;
  return workload === undefined ? '' : `${workload.kind} ${workload.metadata.name}, to which no Ingress leads`;
}

function targetLines(asked: AskedTarget): readonly string[] {
  const { target } = asked;
  const over = target.protocol === 'HTTP' ? '' : ` over ${target.protocol}`;
  const host = target.host === '' ? "the Pod's address" : target.host;
  const text = `${targetTitle(asked)}: GET ${target.path}${over} on port ${portInWords(asked)}, Host: ${host}, timeout ${target.timeoutSec} s`;
  const none = asked.asked.length + asked.passed.length === 0 ? ['    no Pod of it is there'] : [];
  const more =
    asked.leftOut === 0
      ? []
      : wrapProse(
          '    ',
          `${asked.leftOut} more running Pods were not asked: the first ${asked.asked.length} were.`,
          4,
        );
  return [
    ...wrapProse('  ', text, 4),
    ...none,
    ...grouped(asked.asked).flatMap(podLines),
    ...asked.passed.flatMap(passedLines),
    ...more,
    ...(asked.fix === undefined ? [] : wrapProse('    Fix: ', asked.fix, 8)),
  ];
}

function portInWords({ target, asked }: AskedTarget): string {
  if (typeof target.port === 'number') return String(target.port);
  const number = asked[0]?.questions.google.port;
  return number === undefined ? target.port : `${number} ("${target.port}")`;
}

/** Pods that were heard to say the same are said together. */
function grouped(pods: readonly AskedPod[]): readonly (readonly [AskedPod, ...AskedPod[]])[] {
  const groups = new Map<string, [AskedPod, ...AskedPod[]]>();
  for (const pod of pods) {
    // The address of each Pod is in its redirects.
    const key = [googleInWords(pod), kubeletInWords(pod), insteadInWords(pod)]
      .join('\n')
      .replaceAll(pod.pod.address, '*');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [pod]);
    else group.push(pod);
  }
  return [...groups.values()];
}

function podLines(group: readonly [AskedPod, ...AskedPod[]]): readonly string[] {
  const [first] = group;
  const { view } = googleViewOf(first.google);
  const mark = view === 'unhealthy' ? MARK : view === 'answers' ? INFO_MARK : '?';
  const names = group.map(({ pod }) => pod.object.metadata.name);
  const shown = names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
  const commands = nextOf(first);
  return [
    ...wrapProse(`    ${mark} `, `Pod${names.length === 1 ? '' : 's'} ${shown}`, 6),
    ...wrapProse('      ', googleInWords(first), 8),
    ...[kubeletInWords(first), insteadInWords(first)]
      .filter((text) => text !== '')
      .flatMap((text) => wrapProse('      ', text, 8)),
    ...commandLines(commands),
  ];
}

/** Only where it is of use: that Google could ask what the probe asks. */
function insteadInWords({ questions, instead }: AskedPod): string {
  if (questions.instead === undefined || instead === undefined) return '';
  const { path, port } = questions.instead;
  return `The probe's own request, asked as Google asks (GET ${path} on port ${port}): ${heardInWords(instead, questions.instead)}`;
}

function passedLines(passed: PassedPod): readonly string[] {
  return [
    ...wrapProse('    ? ', `Pod ${passed.pod.object.metadata.name}`, 6),
    ...wrapProse('      ', passedInWords(passed), 8),
    ...commandLines(nextOfPassed(passed)),
  ];
}

function commandLines(commands: readonly Command[]): readonly string[] {
  return commands.flatMap((command) => wrapCommand('      Fix: ', shellCommand(command), 10));
}
