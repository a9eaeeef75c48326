// A catalogue of apps as a test wants it: by image, what each answers on a port and a path.
import type { AppAnswer, AppCatalogue } from '../../src/plan/app.ts';

export interface FakeAnswer extends Partial<AppAnswer> {
  /** Left out: any. */
  readonly port?: number;
  readonly path?: string;
}

/** The first answer of the image that applies, over plain HTTP; no answer is said for what none is given for. */
export function fakeApps(byImage: Readonly<Record<string, readonly FakeAnswer[]>>): AppCatalogue {
  return {
    healthyRequestsOf: (_, { image }) =>
      (byImage[image] ?? []).flatMap(({ port, path, status = 200 }) =>
        path === undefined || status !== 200 ? [] : [{ port, path }],
      ),
    answerOf: (_, { image }, { port, path, protocol = 'HTTP' }) => {
      if (protocol !== 'HTTP') return undefined;
      const found = byImage[image]?.find(
        (answer) => (answer.port ?? port) === port && (answer.path === undefined || answer.path === path),
      );
      if (found === undefined) return undefined;
      const { port: _port, path: _path, ...answer } = found;
      const base = { app: image, name: image, status: 200, redirectsToHttps: false, unless: undefined };
      return { ...base, fix: 'Ask another path.', ...answer };
    },
  };
}
