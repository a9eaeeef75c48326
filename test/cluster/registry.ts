// An empty registry on loopback, of the library that crane and ko are made of.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type GoModule, goPrograms, logToStderr } from './go-programs.ts';

const REGISTRY: GoModule<'registry'> = {
  what: 'a registry',
  name: 'registry',
  dir: fileURLToPath(new URL('./image-push/', import.meta.url)),
  files: ['go.mod', 'go.sum', 'registry/main.go'],
  packages: ['./registry'],
  programs: ['registry'],
  ldflags: '-s -w',
  duration: 'less than a minute',
  wayOut: '',
};

export interface Registry {
  /** HOST:PORT, over plain HTTP. */
  readonly address: string;
  stop(): Promise<void>;
}

export async function startRegistry(): Promise<Registry> {
  const { registry } = await goPrograms(REGISTRY, logToStderr, process.env);
  const child = spawn(registry, [], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const [address] = await once(child.stdout.setEncoding('utf8'), 'data');
  return {
    address: String(address).trim(),
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
