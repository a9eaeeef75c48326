// The environment for what the Dockerfile's RUN lines start.

/** What npm and Node tell their children of this run would change what these do. */
export function cleanEnvironment(): Readonly<Record<string, string | undefined>> {
  const kept = ['npm_config_registry', 'npm_config_cache', 'npm_config_cafile', 'npm_config_userconfig'];
  const isForeign = (name: string): boolean =>
    (/^npm_/i.test(name) && !kept.includes(name)) || name === 'NODE_ENV' || name === 'NODE_OPTIONS';
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isForeign(name)));
}
