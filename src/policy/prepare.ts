// Run by `npm run build`: writes what is prepared of the shipped policies beside the compiled code.
import { writeFileSync } from 'node:fs';
import { PREPARED, prepareShipped } from './load.ts';

writeFileSync(PREPARED, JSON.stringify(prepareShipped()));
