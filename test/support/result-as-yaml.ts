// A result of a report as YAML, less what differs from cluster to cluster: when it was found, and the uid of its object.
import { stringify } from 'yaml';

export function resultAsYaml(result: object): string {
  const same: unknown = JSON.parse(
    JSON.stringify(result, (key, value: unknown) => (key === 'uid' || key === 'timestamp' ? undefined : value)),
  );
  // The API server gives the fields of what a CustomResourceDefinition defines in their order.
  return stringify(same, { lineWidth: 0, sortMapEntries: true, indentSeq: false });
}
