import { type ApiClient, mustSucceed } from './api-client.ts';

interface Alias {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  /** A loopback address as it is, or a name of one; left out, `localhost`. */
  readonly address?: string;
}

/**
 * Makes the API server's calls to the Service NAMESPACE/NAME arrive at the port of a loopback address, where the test listens. A
 * webhook configuration stays as deployed, and TLS is still verified for NAME.NAMESPACE.svc.
 *
 * For a Service of type ExternalName the API server dials that name and the port of `clientConfig.service` itself; it
 * maps no targetPort (`ResolveCluster` in apiserver `pkg/util/proxy/proxy.go`). So `port` is the port of `clientConfig`.
 * An EndpointSlice would not do: it may not hold a loopback address.
 *
 * The API server sees the change a moment later: wait (`waitFor`) until a dry run shows the webhook at work.
 */
export async function exposeLoopback(
  client: ApiClient,
  { namespace, name, port, address = 'localhost' }: Alias,
): Promise<void> {
  const alias = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name },
    spec: { type: 'ExternalName', externalName: address, ports: [{ name: 'https', port }] },
  };
  const stored = await client.get(alias);
  await mustSucceed(
    stored.status === 404 ? client.create(alias) : client.patch(alias, { spec: alias.spec }, { type: 'merge' }),
  );
}
