// Reads what V8's profiler wrote: how long each call was on the stack, below whom.
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  /** Node ids, one a sample. */
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

export interface Call {
  readonly name: string;
  readonly layer: Layer;
  readonly micros: number;
  readonly calls: readonly Call[];
}

/** Whose code it is. */
export type Layer = 'node' | 'express' | 'edge' | 'judging' | 'library' | 'collector';

interface Node {
  readonly name: string;
  readonly layer: Layer;
  micros: number;
  readonly children: Map<string, Node>;
}

/** Not on any stack: nothing ran, or it was the profiler. */
const LEFT_OUT = new Set(['(idle)', '(program)']);

/** @param fromMicros samples before that, from the first, are left out */
export function callsOf({ nodes, samples, timeDeltas }: CpuProfile, fromMicros: number): Call {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const stackOf = (id: number): readonly number[] => {
    const stack: number[] = [];
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) stack.unshift(at);
    return stack.slice(1); // the root is no call
  };
  const root: Node = { name: 'all', layer: 'node', micros: 0, children: new Map() };
  let micros = 0;
  for (const [index, id] of samples.entries()) {
    const delta = timeDeltas[index] ?? 0;
    micros += delta;
    if (micros < fromMicros || LEFT_OUT.has(byId.get(id)?.callFrame.functionName ?? '')) continue;
    root.micros += delta;
    let at = root;
    for (const one of stackOf(id)) {
      const frame = byId.get(one)?.callFrame;
      if (frame === undefined) continue;
      const layer = layerOf(frame.url, frame.functionName);
      const name = frame.functionName === '' ? fileOf(frame.url) : frame.functionName;
      const key = `${layer} ${name}`;
      const next = at.children.get(key) ?? { name, layer, micros: 0, children: new Map() };
      at.children.set(key, next);
      next.micros += delta;
      at = next;
    }
  }
  return frozen(root);
}

function frozen({ name, layer, micros, children }: Node): Call {
  const calls = [...children.values()].map(frozen).toSorted((a, b) => b.micros - a.micros);
  return { name, layer, micros, calls };
}

function layerOf(url: string, name: string): Layer {
  if (name === '(garbage collector)') return 'collector';
  const library = /\/bundled\/([a-z0-9-]+)\.js$/.exec(url)?.[1];
  if (library !== undefined) return library === 'express' ? 'express' : 'library';
  if (url.includes('/node_modules/')) return 'library';
  const folder = /\/dist\/([a-z]+)\//.exec(url)?.[1];
  if (folder === undefined) return 'node';
  return folder === 'server' || folder === 'cli' ? 'edge' : 'judging';
}

function fileOf(url: string): string {
  return url.split('/').at(-1)?.replace(/\.js$/, '') ?? '';
}
