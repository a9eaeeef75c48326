// The plans of all Ingresses of a world, each in the view of its own file.
import { resolve } from 'node:path';
import { formatName, type ObjectName, referenceTo } from '../../kubernetes/field-path.ts';
import { type Kind, type KubernetesObject, nameOf } from '../../kubernetes/objects.ts';
import { createPlanner, type IngressPlan, type Planner } from '../../plan/plan.ts';
import type { KnownKinds, Snapshot } from '../../snapshot/snapshot.ts';
import { createNeighbourhoods } from '../files/neighbourhood.ts';
import { isRefused, type StoredObject } from '../files/stored-objects.ts';
import type { World } from './world.ts';

export interface PlannedIngress {
  readonly stored: StoredObject;
  readonly plan: IngressPlan;
  readonly view: Snapshot;
}

export interface PlannedWorld {
  readonly world: World;
  readonly ingresses: readonly PlannedIngress[];
  /** What an Ingress of the view finds by a name. */
  readonly find: (name: ObjectName, view: Snapshot) => StoredObject | undefined;
  /** Absolute, of all that was read. */
  readonly files: ReadonlySet<string>;
  /** Whether it was there before, and is not any more. */
  readonly isGone: (name: ObjectName) => boolean;
  /** Whether it is there in a form that cannot be looked at. */
  readonly isUnclear: (object: KubernetesObject) => boolean;
}

/** @param before names of what was there; where it is not any more, it is known to be gone */
export function planWorld(world: World, before: ReadonlySet<string> = new Set()): PlannedWorld {
  const { stored, corridor, plans } = world;
  const readable = stored.filter(({ object }) => !isRefused(object));
  const here = new Set(stored.map(({ object }) => nameOf(object)));
  const isGone = (name: ObjectName): boolean => {
    const formatted = formatName(name);
    return before.has(formatted) && !here.has(formatted) && !world.isSaid(name);
  };
  const viewOf = createNeighbourhoods(readable, withGone(world.known, isGone));
  const byObject = new Map<KubernetesObject, StoredObject>(readable.map((one) => [one.object, one]));
  const planners = new Map<Snapshot, Planner>();
  const ingresses = readable.flatMap((one) => {
    const { object, manifest } = one;
    if (object.kind !== 'Ingress' || corridor.policy.isExcluded(object.metadata.namespace)) return [];
    const view = viewOf(manifest.file);
    const planner = planners.get(view) ?? createPlanner(view, plans);
    planners.set(view, planner);
    return [{ stored: one, plan: planner.planOf(object), view }];
  });
  return {
    world,
    ingresses,
    find: ({ kind, namespace, name }, view) => {
      // Only kinds that the guard reads are in a view.
      const object = view.get(kind as Kind, namespace, name);
      return object === undefined ? undefined : byObject.get(object);
    },
    files: new Set(stored.map(({ manifest }) => resolve(manifest.file))),
    isGone,
    isUnclear: (object) => world.isSaid(referenceTo(object)),
  };
}

function withGone(known: KnownKinds, isGone: (name: ObjectName) => boolean): KnownKinds {
  return (kind, namespace, name) => {
    const isKnown = typeof known === 'function' ? known(kind, namespace, name) : known === 'everything';
    return isKnown || (name !== undefined && isGone({ kind, namespace, name }));
  };
}
