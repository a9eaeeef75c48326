// The generated files of the chart, by their path in it. The rest is written by hand: values.yaml, the helpers, the checks and
// the notes; README.md is helm-docs' work (scripts/chart.ts).
import type { Manifest } from '../../test/support/kustomize.ts';
import { chartYaml, type Package, type Released } from './chart-yaml.ts';
import { templatesFrom } from './templates.ts';
import { VALUES_SCHEMA } from './values-schema.ts';

/** What a kustomization of these resources and components renders to. */
export type RenderTogether = (resources: readonly string[], components: readonly string[]) => readonly Manifest[];

export function chartFiles(
  render: RenderTogether,
  project: Package,
  runbooks: string,
  released?: Released,
): ReadonlyMap<string, string> {
  const shipped = { image: `gke-ingress-guard:${project.version}`, runbooks };
  const withComponents = (names: readonly string[]) =>
    render(
      ['base'],
      names.map((name) => `components/${name}`),
    );
  return new Map([
    ['Chart.yaml', chartYaml(project, released)],
    ['values.schema.json', `${JSON.stringify(VALUES_SCHEMA, undefined, 2)}\n`],
    ...[...templatesFrom(withComponents, shipped)].map(([name, text]) => [`templates/${name}`, text] as const),
  ]);
}

/** values.yaml with the released image as its default. @throws {Error} where it does not have the lines */
export function releasedValues(values: string, image: { readonly name: string; readonly digest: string }): string {
  const withName = replaceLine(values, '  repository: gke-ingress-guard', `  repository: ${image.name}`);
  return replaceLine(withName, '  digest: ""', `  digest: ${image.digest}`);
}

function replaceLine(text: string, line: string, by: string): string {
  const parts = text.split(`\n${line}\n`);
  if (parts.length !== 2) throw new Error(`values.yaml has ${parts.length - 1} lines "${line.trim()}"`);
  return parts.join(`\n${by}\n`);
}

/** Outside the checkout the chart is elsewhere, and links need the whole address. */
export function releasedReadme(readme: string, address: string, source: string, version: string): string {
  return readme
    .replaceAll('](../../', `](${source}/blob/v${version}/`)
    .replaceAll(
      'helm install gke-ingress-guard deploy/chart',
      `helm install gke-ingress-guard ${address} --version ${version}`,
    )
    .replaceAll(' \\\n  --set image.repository=REGISTRY/gke-ingress-guard', '');
}
