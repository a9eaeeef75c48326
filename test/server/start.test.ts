// The start of the real process, and a start after it was killed.
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startGuard } from '../support/guard-process.ts';
import { service } from '../support/objects.ts';
import { createReviewClient, reviewOf } from '../support/reviews.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

it('leaves nothing behind and starts again on the same ports when it is killed at work', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'guard-killed-'));
  let port = 0;
  for (let count = 0; count < 3; count += 1) {
    const guard = await startGuard({ port, program: [MAIN], env: { TMPDIR: scratch, HOME: scratch } });
    port = guard.webhookPort;
    const client = createReviewClient({ port, caPem: guard.caPem });
    const work = [1, 2, 3, 4].map(() => client.review('validate', reviewOf(service(), { uid: 'u' })));
    const settled = Promise.allSettled(work);
    expect(await work[0]).toEqual({ uid: 'u', allowed: true });
    expect(openFiles(guard.pid)).toEqual([]);
    expect(await guard.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
    await settled;
    client.close();
    expect(readdirSync(scratch)).toEqual([]);
  }
  rmSync(scratch, { recursive: true });
});

/** What a process has open that lies on a disk, besides what its runtime has. */
function openFiles(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/fd`)
    .map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))
    .filter((target) => target.startsWith('/') && !target.startsWith('/dev/'));
}
