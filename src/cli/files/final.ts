// Which objects of the input are what will be applied, and which are still on their way there: patches, kustomizations, values to be
// filled in. What is not final is not judged, and what names it does not miss it.
import { dirname } from 'node:path';
import type { Facts } from '../../facts/facts.ts';
import type { Finding } from '../../judge/finding.ts';
import { type FieldPath, isSameName, type ObjectName, referenceTo } from '../../kubernetes/field-path.ts';
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import type { LeftOut, NotFinal } from '../../report/not-final.ts';
import { type Command, shellCommand } from '../../shell-quote.ts';
import type { KnownKinds } from '../../snapshot/snapshot.ts';
import { knownOf } from './known.ts';
import type { ReadFailure } from './list-files.ts';
import type { ManifestObject } from './manifests.ts';
import { isKustomization, isKustomizationFile } from './patches.ts';
import { decisivePlaceholder, type Placeholder } from './placeholders.ts';

export interface FinalInput {
  readonly manifests: readonly ManifestObject[];
  readonly aside: readonly LeftOut[];
  readonly kustomizations: readonly string[];
  readonly placeholders: ReadonlyMap<ManifestObject, readonly Placeholder[]>;
}

export function takeFinal(manifests: readonly ManifestObject[], files: readonly string[]): FinalInput {
  const placeholders = new Map<ManifestObject, readonly Placeholder[]>();
  const aside: LeftOut[] = [];
  const kustomizations = new Set(files.filter(isKustomizationFile));
  const final = manifests.filter((manifest) => {
    const { written, file } = manifest;
    if (isKustomization(file, written.apiVersion)) {
      kustomizations.add(file);
      return false;
    }
    if (written.placeholders.length > 0) placeholders.set(manifest, written.placeholders);
    const decisive = decisivePlaceholder(written.kind, written.placeholders);
    if (decisive === undefined && !written.isPatch) return true;
    aside.push(leftOut(manifest, decisive));
    return false;
  });
  return { manifests: final, aside, kustomizations: [...kustomizations], placeholders };
}

function leftOut({ written, file, lineOf }: ManifestObject, placeholder: Placeholder | undefined): LeftOut {
  const { kind, namespace, name = '' } = written;
  return {
    kind,
    namespace,
    name,
    file,
    line: lineOf(placeholder?.path ?? []),
    ...(placeholder === undefined ? {} : { placeholder: placeholder.text }),
  };
}

/** What absence means: nothing, where an object may be there once it is final. */
export function knownOfFinal(
  isComplete: boolean,
  failures: readonly ReadFailure[],
  { aside, placeholders }: FinalInput,
  refused: readonly KubernetesObject[],
  namespace = 'default',
): KnownKinds {
  const known = knownOf(isComplete, failures);
  if (known !== 'everything') return known;
  const names = new Set([
    ...aside.map((one) => `${one.kind}\0${one.namespace || namespace}\0${one.name}`),
    ...refused.map(({ kind, metadata }) => `${kind}\0${metadata.namespace}\0${metadata.name}`),
  ]);
  const unnamed = new Set(
    [...placeholders].flatMap(([{ written }, found]) => (found.some(({ path }) => isName(path)) ? [written.kind] : [])),
  );
  return (kind, where, name) => !unnamed.has(kind) && (name === undefined || !names.has(`${kind}\0${where}\0${name}`));
}

/** GKE itself makes the system's default backend: nobody has it in files. */
export function exceptSystemBackend(known: KnownKinds, { controller }: Facts): KnownKinds {
  if (typeof known !== 'function') return known;
  const system = controller.defaultBackendService.value;
  return (kind, namespace, name) =>
    !(kind === 'Service' && `${namespace}/${name}` === system) && known(kind, namespace, name);
}

/** What others find it by. */
function isName(path: FieldPath): boolean {
  const [first, second] = path;
  return first === 'metadata' ? second !== 'annotations' : second === 'selector' || path.includes('labels');
}

/** Names of what is in the input and cannot be looked at: said already, and not to be missed. */
export function isSaid(
  { aside }: FinalInput,
  refused: readonly KubernetesObject[],
  namespace = 'default',
): (name: ObjectName) => boolean {
  const names = [
    ...aside.map((one) => ({ ...one, namespace: one.namespace || namespace })),
    ...refused.map(referenceTo),
  ];
  return (name) => names.some((one) => isSameName(one, name));
}

/** @returns whether a finding rests on a value that is still to be filled in, and which one */
export function createRestsOn({
  placeholders,
}: FinalInput): (finding: Finding, manifest: ManifestObject) => Placeholder | undefined {
  // A name is the same text for all who use it: nothing rests on what it will be.
  const texts = [...placeholders.values()]
    .flat()
    .filter(({ path }) => path[0] !== 'metadata' || path[1] === 'annotations');
  return (finding, manifest) => {
    const own = placeholders.get(manifest);
    const here = own?.find(({ path }) => isRelated(path, finding.path));
    const said = `${finding.message} ${finding.note}`;
    return here ?? (texts.length === 0 ? undefined : texts.find(({ text }) => said.includes(text)));
  };
}

/** In the field, or in what is around it; whole sections hold too much to rest on one of their values. */
function isRelated(placeholder: FieldPath, path: FieldPath): boolean {
  const isInside =
    path.length > 2 && !path.includes('containers') && path.every((part, index) => placeholder[index] === part);
  return isInside || (placeholder.length > 1 && placeholder.every((part, index) => path[index] === part));
}

/** A finding that is left out. */
export interface Rested {
  readonly placeholder: Placeholder;
  /** Its file and line. */
  readonly place: string;
}

export function summarise(input: FinalInput, rested: readonly Rested[]): NotFinal {
  const [kustomization] = input.kustomizations;
  const texts = [...[...input.placeholders.values()].flat().map(({ text }) => text)];
  return {
    aside: input.aside,
    kustomizations: input.kustomizations,
    findings: rested.length,
    restOn: [
      ...new Map(
        rested.map(({ placeholder, place }) => [placeholder.text, { text: placeholder.text, place }]),
      ).values(),
    ],
    render: renderCommand(kustomization, texts, input.aside),
  };
}

const CHECK: Command = ['npm', 'run', '-s', 'guard', '--', 'check', '-'];

function renderCommand(kustomization: string | undefined, texts: readonly string[], aside: readonly LeftOut[]): string {
  return `${rendering(kustomization, texts, aside)} | ${shellCommand(CHECK)}`;
}

function rendering(kustomization: string | undefined, texts: readonly string[], aside: readonly LeftOut[]): string {
  if (kustomization !== undefined) return shellCommand(['kubectl', 'kustomize', asPath(dirname(kustomization))]);
  if (texts.some((text) => text.includes('{{'))) return 'helm template RELEASE CHART';
  if (texts.some((text) => text.includes('${'))) return 'envsubst < FILE';
  if (aside.some(({ placeholder }) => placeholder === undefined) || texts.some((text) => text.includes('$('))) {
    return 'kubectl kustomize DIRECTORY';
  }
  return "sed 's/STAND-IN/VALUE/' FILE";
}

/** A directory whose name begins with "-" would be an option. */
function asPath(directory: string): string {
  return directory.startsWith('-') ? `./${directory}` : directory;
}
