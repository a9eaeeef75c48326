// Which modules a command loads.
import { spawnSync } from 'node:child_process';

/** Runs in the program before it starts, and writes each module that it loads to stderr. */
const TELL = `
  import { registerHooks } from 'node:module';
  registerHooks({
    load(url, context, next) {
      process.stderr.write('LOADED ' + url + '\\n');
      return next(url, context);
    },
  });
`;

/** @param main the program */
export function loadedModules(main: string, ...words: readonly string[]): readonly string[] {
  const hook = `data:text/javascript,${encodeURIComponent(TELL)}`;
  const { stderr } = spawnSync(process.execPath, ['--import', hook, main, ...words], {
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production', KUBECONFIG: '', HOME: '/dev/null', PATH: '' },
  });
  return stderr.split('\n').filter((line) => line.startsWith('LOADED '));
}
