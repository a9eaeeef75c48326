#!/usr/bin/env node
// What npm's `gke-ingress-guard` starts: on an old Node.js it says what is missing before it reads syntax and modules that it does
// not know. So this file is CommonJS without any import, and has no syntax that is newer than import().

const NEEDED = 24;
const [major = ''] = process.versions.node.split('.');

if (Number(major) < NEEDED) {
  process.stderr.write(
    `error: gke-ingress-guard needs Node.js ${NEEDED} or later; this is ${process.versions.node}, ${process.execPath}\n` +
      `npm brings it along: npx --yes --package=node@${NEEDED} --package=gke-ingress-guard gke-ingress-guard --help\n`,
  );
  // As every command that could not do what it was asked for.
  process.exitCode = 2;
} else {
  void import('./main.ts');
}
