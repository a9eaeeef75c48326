// Whether the tests can run here at all: with CI=true what is missing fails, elsewhere it may be passed over.
import { controlPlaneBinaries } from '../cluster/binaries.ts';
import { logToStderr } from '../cluster/go-programs.ts';
import { controllerProgram } from './program.ts';

export type Programs = { readonly ok: true; readonly program: string } | { readonly ok: false; readonly why: string };

/** @throws {Error} where a build fails, or with CI=true where Go is missing */
export async function findPrograms(env: NodeJS.ProcessEnv = process.env): Promise<Programs> {
  try {
    await controlPlaneBinaries(logToStderr, env);
    return { ok: true, program: await controllerProgram(logToStderr, env) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (env['CI'] === 'true' || !why.includes('The command "go" is not on the PATH')) throw error;
    logToStderr(`Skipped. ${why}`);
    return { ok: false, why };
  }
}
