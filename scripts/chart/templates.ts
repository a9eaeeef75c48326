// The templates of the chart, from what deploy/ renders to: base once, and base with each component, whose differences become
// conditions. So a chart says nothing that the manifests do not say, and a component that is changed changes it too.
import { isDeepStrictEqual } from 'node:util';
import type { Manifest } from '../../test/support/kustomize.ts';
import { COMPONENTS, EDITS, type Shipped, withHoles } from './choices.ts';
import { toTemplate } from './template.ts';
import { fold, type Variant } from './variants.ts';

/** What base renders to with these components. */
export type Render = (components: readonly string[]) => readonly Manifest[];

const BANNER = '{{- /* Made by `npm run chart` from deploy/, where the comments are: edit there. */}}';

/** Texts by the name of the file. */
export function templatesFrom(render: Render, shipped: Shipped): ReadonlyMap<string, string> {
  const rendered = (components: readonly string[]) => byIdentity(render(components), shipped);
  const base = rendered([]);
  const withComponent = Object.entries(COMPONENTS).map(([name, when]) => ({ name, when, objects: rendered([name]) }));
  const files = new Map<string, string>();
  for (const [identity, object] of base) {
    const variants = withComponent.flatMap(({ name, when, objects }): readonly Variant[] => {
      const value = objects.get(identity);
      if (value === undefined) throw new Error(`${name} removes ${identity}, for which the chart has no words`);
      return [{ when, value }];
    });
    append(files, `${object.kind.toLowerCase()}.yaml`, documentOf(object, variants));
  }
  for (const { name, when, objects } of withComponent) {
    const added = [...objects].filter(([identity]) => !base.has(identity)).map(([, object]) => documentOf(object, []));
    if (added.length === 0) continue;
    files.set(`${name}.yaml`, `{{- if ${when} }}\n${added.join('---\n')}{{- end }}\n`);
  }
  return new Map([...files].map(([name, text]) => [name, `${BANNER}\n${text}`]));
}

function append(files: Map<string, string>, name: string, document: string): void {
  const before = files.get(name);
  files.set(name, before === undefined ? document : `${before}---\n${document}`);
}

function documentOf(object: Manifest, variants: readonly Variant[]): string {
  const edited = EDITS.filter(({ kind }) => kind === object.kind).map(({ when, apply }) => ({
    when,
    value: apply(object),
  }));
  return toTemplate(fold(object, [...variants, ...edited], `${object.kind}/${object.metadata.name}`));
}

/** All but the Namespace, which Helm has to have before it installs anything into it. */
function byIdentity(manifests: readonly Manifest[], shipped: Shipped): ReadonlyMap<string, Manifest> {
  const objects = new Map<string, Manifest>();
  for (const one of manifests.filter(({ kind }) => kind !== 'Namespace')) {
    const object = withHoles(one, shipped);
    const identity = `${object.apiVersion} ${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    const known = objects.get(identity);
    if (known !== undefined && !isDeepStrictEqual(known, object)) throw new Error(`two objects are ${identity}`);
    objects.set(identity, object);
  }
  return objects;
}
