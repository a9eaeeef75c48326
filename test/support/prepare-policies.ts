// Before the unit tests: the shipped policies, read and validated once for all the programs that they start from the sources, as
// a build does for the compiled one. Where the files change afterwards, their digest differs, and they are read themselves.
import { renameSync, writeFileSync } from 'node:fs';
import { PREPARED, prepareShipped } from '../../src/policy/load.ts';

export function setup(): void {
  const written = `${PREPARED}.${process.pid}`;
  writeFileSync(written, JSON.stringify(prepareShipped()));
  renameSync(written, PREPARED);
}
