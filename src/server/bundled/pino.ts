// What writes the log: `npm run build` puts its code in the place of this file (docs/adr/0039).
export { type Logger, pino } from 'pino';
