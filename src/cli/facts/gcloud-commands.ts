// The gcloud commands that tell a fact of the cluster, and those that change it.
import { clusterCommand, enableAddOnCommand, type FactName, type Facts, isKnownToBe } from '../../facts/facts.ts';
import type { Command } from '../../shell-quote.ts';

/** Where the fact is in Google's description of a cluster; docs/facts-file.md says how to read it. */
const FIELDS: Readonly<Record<FactName, string>> = {
  httpLoadBalancing: 'addonsConfig.httpLoadBalancing.disabled',
  vpcNative: 'ipAllocationPolicy.useIpAliases',
  sharedVpc: 'networkConfig.network',
  networkPolicy: 'networkPolicy.enabled',
  dataplaneV2: 'networkConfig.datapathProvider',
  autopilot: 'autopilot.enabled',
  version: 'currentMasterVersion',
};

export function tellCommand(name: FactName, { cluster }: Facts): Command {
  return clusterCommand('describe', cluster, `--format=value(${FIELDS[name]})`);
}

/** @returns commands to run one after the other; none for what is chosen when the cluster is created, and stays */
export function changeCommands(name: FactName, facts: Facts): readonly Command[] {
  const { cluster, httpLoadBalancing, networkPolicy } = facts;
  const update = (flag: string): Command => clusterCommand('update', cluster, flag);
  const isAutopilot = isKnownToBe(facts.autopilot, true);
  switch (name) {
    case 'httpLoadBalancing':
      if (!isKnownToBe(httpLoadBalancing, 'enabled')) return [enableAddOnCommand(cluster)];
      return isAutopilot ? [] : [update('--update-addons=HttpLoadBalancing=DISABLED')];
    case 'networkPolicy':
      if (isAutopilot || isKnownToBe(facts.dataplaneV2, true)) return [];
      return isKnownToBe(networkPolicy, true)
        ? [update('--no-enable-network-policy')]
        : [update('--update-addons=NetworkPolicy=ENABLED'), update('--enable-network-policy')];
    case 'version':
      return [clusterCommand('upgrade', cluster, '--master', '--cluster-version=VERSION')];
    default:
      return [];
  }
}
