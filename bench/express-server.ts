// What the guard is compared with, too: express with its JSON parser, which answers a review and does nothing else.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import express from 'express';

const [cert = '', key = ''] = process.argv.slice(2);
const app = express();
app.disable('x-powered-by');
app.post(['/mutate', '/validate'], express.json({ limit: '8mb' }), (request, response) => {
  const { uid } = (request.body as { readonly request: { readonly uid: string } }).request;
  response.json({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid, allowed: true } });
});
const server = createServer({ cert: readFileSync(cert), key: readFileSync(key), keepAliveTimeout: 95_000 }, app);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
});
process.on('SIGTERM', () => process.exit(0));
