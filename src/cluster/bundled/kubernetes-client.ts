// The parts of the Kubernetes client that are used here: `npm run build` puts their code in the place of this file (docs/adr/0039).
export { KubeConfig } from '@kubernetes/client-node';
// Not by its PortForward, which brings every generated API along to find the Pods of a Service.
export { WebSocketHandler } from '@kubernetes/client-node/dist/web-socket-handler.js';
