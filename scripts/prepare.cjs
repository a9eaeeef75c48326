// What npm runs where somebody installs this repository and not the package: `npm install`, a git dependency, or pre-commit. dist/ is
// not in the repository, and a package without it has no program. CommonJS of any Node.js, for it is that of the machine.
const { execSync } = require('node:child_process');
const { existsSync } = require('node:fs');

// An install with --global tells npm so by variables, and what it prepares would be put there as well, without what builds it.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
const run = (command) => execSync(command, { stdio: 'inherit', env });

if (!existsSync('dist')) {
  // It brings the compiler, and the Node.js that runs it.
  if (!existsSync('node_modules/.bin/tsc')) run('npm ci --no-audit --no-fund');
  run('npm run -s build');
}
