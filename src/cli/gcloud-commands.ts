// The gcloud commands that tell a fact of the cluster, and those that change it.
import { clusterArguments, enableAddOnCommand, type FactName, type Facts, isKnownToBe } from '../facts/facts.ts';

/** Where the fact stands in Google's description of a cluster; docs/facts-file.md says how to read it. */
const FIELDS: Readonly<Record<FactName, string>> = {
  httpLoadBalancing: 'addonsConfig.httpLoadBalancing.disabled',
  vpcNative: 'ipAllocationPolicy.useIpAliases',
  sharedVpc: 'networkConfig.network',
  networkPolicy: 'networkPolicy.enabled',
  dataplaneV2: 'networkConfig.datapathProvider',
  autopilot: 'autopilot.enabled',
  version: 'currentMasterVersion',
};

export function tellCommand(name: FactName, { cluster }: Facts): string {
  return `gcloud container clusters describe ${clusterArguments(cluster)} --format="value(${FIELDS[name]})"`;
}

/** @returns undefined for what is chosen when the cluster is created, and stays */
export function changeCommand(name: FactName, facts: Facts): string | undefined {
  const { cluster, httpLoadBalancing, networkPolicy } = facts;
  const update = `gcloud container clusters update ${clusterArguments(cluster)}`;
  switch (name) {
    case 'httpLoadBalancing':
      if (isKnownToBe(facts.autopilot, true) && isKnownToBe(httpLoadBalancing, 'enabled')) return undefined;
      return isKnownToBe(httpLoadBalancing, 'enabled')
        ? `${update} --update-addons=HttpLoadBalancing=DISABLED`
        : enableAddOnCommand(cluster);
    case 'networkPolicy':
      if (isKnownToBe(facts.autopilot, true) || isKnownToBe(facts.dataplaneV2, true)) return undefined;
      return isKnownToBe(networkPolicy, true)
        ? `${update} --no-enable-network-policy`
        : `${update} --update-addons=NetworkPolicy=ENABLED && ${update} --enable-network-policy`;
    case 'version':
      return `gcloud container clusters upgrade ${clusterArguments(cluster)} --master --cluster-version=VERSION`;
    default:
      return undefined;
  }
}
