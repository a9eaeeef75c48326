// Makes etcd forget everything but the present, so that who asks the API server for what came since hears 410.

/** @throws Error where etcd refuses */
export async function compact(etcdUrl: string): Promise<void> {
  const { header } = await post(etcdUrl, '/v3/kv/range', { key: 'AA==' });
  await post(etcdUrl, '/v3/kv/compaction', { revision: header.revision, physical: true });
}

async function post(
  etcdUrl: string,
  path: string,
  body: object,
): Promise<{ readonly header: { readonly revision: string } }> {
  const answer = await fetch(etcdUrl + path, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`etcd answered ${answer.status} to ${path}: ${await answer.text()}`);
  // As etcd answers both.
  return (await answer.json()) as { readonly header: { readonly revision: string } };
}
