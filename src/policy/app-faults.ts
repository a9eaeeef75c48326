// What a JSON schema cannot say of an app, or not in words that its author would understand.
import { didYouMean } from '../nearest.ts';
import type { AppFile } from './schemas.ts';

interface AppFault {
  /** Keys down to the field. */
  readonly field: readonly string[];
  readonly fault: string;
}

const PLACES = ['flag', 'env', 'probeHeader', 'probeScheme', 'line'] as const;
const LINES = ['line', 'file', 'unlessLine'] as const;
const TESTS = [
  'equals',
  'equalsIgnoreCase',
  'oneOf',
  'oneOfIgnoreCase',
  'noneOf',
  'lacks',
  'startsWith',
  'contains',
  'isNotEmpty',
  'isSet',
] as const;

export function faultsOf(app: AppFile, fileName: string): readonly AppFault[] {
  const misnamed = { field: ['id'], fault: `id: must be "${fileName}", the file's name, and not "${app.id}"` };
  return [...(app.id === fileName ? [] : [misnamed]), ...matchFaults(app), ...settingFaults(app), ...answerFaults(app)];
}

function matchFaults({ match, answers }: AppFile): readonly AppFault[] {
  if (match.signal !== undefined) return signalFaults(match, answers);
  if (match.images !== undefined) return [];
  if ((match.env ?? match.flags) === undefined) {
    return [{ field: ['match'], fault: 'match: needs one of images, env, flags, signal' }];
  }
  // A name alone says that a framework may be there; only what the setting says makes it answer.
  return answers.flatMap(({ when, status }, index) =>
    when !== undefined || status === 200
      ? []
      : [faultAt(['answers', index], 'needs "when", for without an image the names of variables prove nothing')],
  );
}

function isExpression(text = ''): boolean {
  try {
    return new RegExp(text) !== undefined;
  } catch {
    return false;
  }
}

/** What any program may show proves nothing, so that each answer names what would make it another. */
function signalFaults(match: AppFile['match'], answers: AppFile['answers']): readonly AppFault[] {
  const others = Object.keys(match).filter((key) => key !== 'signal');
  const besides =
    others.length === 0 ? [] : [faultAt(['match', 'signal'], `stands alone, without ${others.join(', ')}`)];
  const certain = answers.flatMap(({ when, unlessUnseen }, index) =>
    when !== undefined && unlessUnseen !== undefined
      ? []
      : [faultAt(['answers', index], 'needs "when" and "unlessUnseen", for a signal is never certain')],
  );
  return [...besides, ...certain];
}

function settingFaults({ settings = {} }: AppFile): readonly AppFault[] {
  return Object.entries(settings).flatMap(([name, sources]) =>
    sources.flatMap((source, index) => {
      const field = ['settings', name, index];
      if (PLACES.filter((key) => source[key] !== undefined).length !== 1) {
        return [faultAt(field, `needs one of ${PLACES.join(', ')}`)];
      }
      const tests = TESTS.filter((key) => source[key] !== undefined).length;
      const broken = LINES.filter((key) => !isExpression(source[key]));
      if (broken.length > 0) return [faultAt(field, `${broken.join(', ')} is no regular expression`)];
      const isTest = source.probeScheme !== undefined || source.line !== undefined;
      return tests === (isTest ? 0 : 1)
        ? []
        : [faultAt(field, `needs one of ${TESTS.join(', ')}, and none beside probeScheme or line`)];
    }),
  );
}

function answerFaults({ settings = {}, answers }: AppFile): readonly AppFault[] {
  const names = Object.keys(settings);
  return answers.flatMap(({ when = [], unless = [], status, tlsOnly, redirectsToHttps }, index) => {
    const field = ['answers', index];
    const unknown = [...when, ...unless]
      .filter((name) => !names.includes(name))
      .map((name) =>
        faultAt(field, `"${name}" is no setting of this app${names.length === 0 ? '' : didYouMean(name, names)}`),
      );
    const silent = (status ?? tlsOnly ?? redirectsToHttps) === undefined ? [faultAt(field, '"status" is missing')] : [];
    return [...unknown, ...silent];
  });
}

function faultAt(keys: readonly (string | number)[], fault: string): AppFault {
  const field = keys.map(String);
  return { field, fault: `${field.join('.')}: ${fault}` };
}
