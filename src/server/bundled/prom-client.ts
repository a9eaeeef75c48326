// What counts: `npm run build` puts its code in the place of this file (docs/adr/0039).
export { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
