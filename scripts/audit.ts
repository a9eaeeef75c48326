// `npm run audit`: known vulnerabilities of high or critical severity in what is installed with the program or bundled into it, and in all
// that those packages name as their dependencies, bundled or not.
// Exit codes: 0 none, 1 some, 2 the registry could not be asked, which says nothing either way.
import { fileURLToPath } from 'node:url';
import { shippedOf } from './bundle/shipped.ts';
import { audit } from './supply-chain/advisories.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const { code, stdout, stderr } = await audit(ROOT, await shippedOf(ROOT), process.env);
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code ?? 2;
