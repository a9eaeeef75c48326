// The front end of a plan in words: ports, certificates, address, redirect.
import type { FrontEndPlan } from '../plan/front-end.ts';
import { wrapProse } from './explain-wrap.ts';

const INDENT = 11;

export function frontEndLines(frontEnd: FrontEndPlan): readonly string[] {
  const { staticIp } = frontEnd;
  const address =
    staticIp.name === '' ? [] : [line('address', `"${staticIp.name}", looked up as a ${staticIp.scope} one`)];
  return [
    line('HTTP', frontEnd.http ? `port 80${frontEnd.redirectsToHttps ? ', redirected to HTTPS' : ''}` : 'off'),
    line('HTTPS', frontEnd.https ? `port 443 with ${certificates(frontEnd)}` : `off${pending(frontEnd)}`),
    ...address,
  ].flat();
}

function line(label: string, text: string): readonly string[] {
  return wrapProse(`  ${label.padEnd(INDENT - 2)}`, text, INDENT);
}

function certificates({ tls }: FrontEndPlan): string {
  return [...tls.secretNames.map((name) => `Secret "${name}"`), ...tls.preSharedCerts.map((name) => `"${name}"`)].join(
    ', ',
  );
}

function pending({ tls }: FrontEndPlan): string {
  if (tls.managedCertificates.length === 0) return '';
  return `, until a managed certificate is attached: ${tls.managedCertificates.map((name) => `"${name}"`).join(', ')}`;
}
