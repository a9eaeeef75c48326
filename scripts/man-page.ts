// `npm run man`: writes man/gke-ingress-guard.1. A test says when it is not up to date.
import { writeFileSync } from 'node:fs';
import { manPageOf } from './man/page.ts';
import { describedProgram } from './man/program.ts';

writeFileSync(new URL('../man/gke-ingress-guard.1', import.meta.url), manPageOf(describedProgram()));
