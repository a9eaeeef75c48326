// What a JSON schema cannot say of an app, or not in words that its author would understand.
import { didYouMean } from '../nearest.ts';
import type { AppFile } from './schemas.ts';

interface AppFault {
  /** Keys down to the field. */
  readonly field: readonly string[];
  readonly fault: string;
}

const PLACES = ['flag', 'env', 'probeScheme'] as const;
const TESTS = ['equals', 'equalsIgnoreCase', 'oneOf', 'startsWith', 'contains', 'isNotEmpty', 'isSet'] as const;

export function faultsOf(app: AppFile, fileName: string): readonly AppFault[] {
  const misnamed = { field: ['id'], fault: `id: must be "${fileName}", the file's name, and not "${app.id}"` };
  return [...(app.id === fileName ? [] : [misnamed]), ...matchFaults(app), ...settingFaults(app), ...answerFaults(app)];
}

function matchFaults({ match, answers }: AppFile): readonly AppFault[] {
  if (match.images !== undefined) return [];
  if ((match.env ?? match.flags) === undefined) {
    return [{ field: ['match'], fault: 'match: needs one of images, env, flags' }];
  }
  // A name alone says that a framework may be there; only what the setting says makes it answer.
  return answers.flatMap(({ when, status }, index) =>
    when !== undefined || status === 200
      ? []
      : [faultAt(['answers', index], 'needs "when", for without an image the names of variables prove nothing')],
  );
}

function settingFaults({ settings = {} }: AppFile): readonly AppFault[] {
  return Object.entries(settings).flatMap(([name, sources]) =>
    sources.flatMap((source, index) => {
      const field = ['settings', name, index];
      if (PLACES.filter((key) => source[key] !== undefined).length !== 1) {
        return [faultAt(field, `needs one of ${PLACES.join(', ')}`)];
      }
      const tests = TESTS.filter((key) => source[key] !== undefined).length;
      return tests === (source.probeScheme === undefined ? 1 : 0)
        ? []
        : [faultAt(field, `needs one of ${TESTS.join(', ')}, and none beside probeScheme`)];
    }),
  );
}

function answerFaults({ settings = {}, answers }: AppFile): readonly AppFault[] {
  const names = Object.keys(settings);
  return answers.flatMap(({ when = [], unless = [], status, tlsOnly }, index) => {
    const field = ['answers', index];
    const unknown = [...when, ...unless]
      .filter((name) => !names.includes(name))
      .map((name) =>
        faultAt(field, `"${name}" is no setting of this app${names.length === 0 ? '' : didYouMean(name, names)}`),
      );
    const silent = status === undefined && tlsOnly !== true ? [faultAt(field, '"status" is missing')] : [];
    return [...unknown, ...silent];
  });
}

function faultAt(keys: readonly (string | number)[], fault: string): AppFault {
  const field = keys.map(String);
  return { field, fault: `${field.join('.')}: ${fault}` };
}
