// deploy/ has one number for the port of the webhooks, and files of tests run side by side: each listens on it at a loopback
// address of its own. Linux takes all of 127.0.0.0/8; elsewhere only 127.0.0.1 is there, and the files run one after the other
// (vitest.config.ts).

/** Of this process. Process ids are below 2^22, so that no two have the same, and none has 127.0.0.1. */
export const OWN_ADDRESS = process.platform === 'linux' ? addressOf(process.pid) : '127.0.0.1';

function addressOf(pid: number): string {
  return `127.${64 + ((pid >> 16) & 63)}.${(pid >> 8) & 255}.${pid & 255}`;
}
