// What most cluster tests begin and end with.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiClient, createApiClient } from './api-client.ts';
import { controlPlaneBinaries } from './binaries.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { type Log, logToStderr } from './go-programs.ts';

export type TestCluster = {
  readonly controlPlane: ControlPlane;
  readonly client: ApiClient;
  /** Ends the control plane and removes its files. */
  stop(): Promise<void>;
};

/**
 * Go collects when the heap has doubled, many times while an API server starts with next to nothing in it, which is a fourth of the
 * CPU of a start. Here it collects when there is something to gain.
 */
const API_SERVER_ENV = { GOGC: 'off', GOMEMLIMIT: '768MiB' };

/** @param apiServerFlags beside those that every control plane of the tests has */
export async function startTestCluster(
  log: Log = logToStderr,
  apiServerFlags: readonly string[] = [],
): Promise<TestCluster> {
  const binaries = await controlPlaneBinaries(log);
  const dir = mkdtempSync(join(tmpdir(), 'guard-cluster-'));
  const removeFiles = () => rmSync(dir, { recursive: true, force: true });
  try {
    const controlPlane = await startControlPlane({ binaries, dir, log, apiServerFlags, apiServerEnv: API_SERVER_ENV });
    const stop = async () => {
      await controlPlane.stop();
      removeFiles();
    };
    return { controlPlane, client: createApiClient(controlPlane), stop };
  } catch (error) {
    // The error has the end of the logs.
    removeFiles();
    throw error;
  }
}
