// `npm run new:app -- ID "NAME" IMAGE`: writes an app's file and its Pods in the tables, with answers that pass and say
// what to put in their stead. `npm run fix` then writes docs/apps.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const USAGE = 'Usage: npm run new:app -- ID "NAME" IMAGE, such as: wiki "Acme Wiki" docker.io/acme/wiki';
const TABLE = 'test/apps/websites.ts';

function main([id = '', name = '', image = '']: readonly string[]): string {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id) || name === '' || !/^[a-z0-9.:-]+(\/[a-z0-9._-]+)+$/.test(image))
    return USAGE;
  const file = `policies/apps/${id}.yaml`;
  if (existsSync(file)) return `${file} is there already.`;
  writeFileSync(file, appText(id, name, image));
  const table = readFileSync(TABLE, 'utf8');
  writeFileSync(TABLE, table.replace(/\n\};\n$/, `\n${casesText(id, image)}\n};\n`));
  return [
    `Written: ${file}, and its Pods at the end of ${TABLE}.`,
    'Now write what it answers over plain HTTP and where you read it, move the Pods to the table of their kind, then',
    '  npm run fix && npm test -- src/policy',
  ].join('\n');
}

function appText(id: string, name: string, image: string): string {
  return `apiVersion: gke-ingress-guard.dev/v1
kind: App
id: ${id}
name: ${name}

match:
  images:
    - ${image}

# Over plain HTTP, the first that applies. Where nobody knows, write none.
answers:
  - { path: /healthz, status: 200 }
  - { path: /, status: 302 } # to /login

fix: 'Use the readiness probe /healthz on the Service port.'

sources:
  - where you read it
`;
}

function casesText(id: string, image: string): string {
  const key = /^[a-z]\w*$/.test(id) ? id : `'${id}'`;
  return `
  ${key}: {
    is: {
      'as it comes': [{ image: '${image}:1.0' }, { '8080 /': '302', '8080 /healthz': '200', '8080 /other': 'nothing' }],
    },
    isNot: {
      'another image': { image: 'registry.example/acme/another:1.0' },
    },
  },`;
}

process.stdout.write(`${main(process.argv.slice(2))}\n`);
