// The front end of a plan in words: ports, certificates, address, redirect.
import type { FrontEndPlan } from '../plan/front-end.ts';
import { wrapProse } from './explain-wrap.ts';

const INDENT = 11;

export function frontEndLines(frontEnd: FrontEndPlan): readonly string[] {
  return frontEndParts(frontEnd).flatMap(([label, text]) => line(label, text));
}

export function frontEndParts(frontEnd: FrontEndPlan): readonly (readonly [label: string, text: string])[] {
  const { staticIp, http, https, redirectsToHttps } = frontEnd;
  return [
    ['HTTP', http ? `port 80${redirectsToHttps ? ', redirected to HTTPS' : ''}` : 'off'],
    ['HTTPS', https ? `port 443 with ${certificates(frontEnd)}` : `off${pending(frontEnd)}`],
    ...(staticIp.name === '' ? [] : [['address', `"${staticIp.name}", looked up as a ${staticIp.scope} one`] as const]),
  ];
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
