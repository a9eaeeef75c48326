// What most cluster tests begin and end with.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiClient, createApiClient } from './api-client.ts';
import { controlPlaneBinaries, type Log, logToStderr } from './binaries.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';

export type TestCluster = {
  readonly controlPlane: ControlPlane;
  readonly client: ApiClient;
  /** Ends the control plane and removes its files. */
  stop(): Promise<void>;
};

export async function startTestCluster(log: Log = logToStderr): Promise<TestCluster> {
  const binaries = await controlPlaneBinaries(log);
  const dir = mkdtempSync(join(tmpdir(), 'guard-cluster-'));
  const removeFiles = () => rmSync(dir, { recursive: true, force: true });
  try {
    const controlPlane = await startControlPlane({ binaries, dir, log });
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
