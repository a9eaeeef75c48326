// The two traffic scaling annotations of a Service, which the controller reads only with --enable-traffic-scaling
// (ingress-gce pkg/controller/translator/translator.go setTrafficScaling).
import { parseGoFloat } from '../kubernetes/go-strconv.ts';
import type { StringMap } from '../kubernetes/read.ts';
import { CAPACITY_SCALER, MAX_RATE_PER_ENDPOINT } from './annotation-keys.ts';

export interface TrafficScalingFault {
  readonly key: string;
  readonly text: string;
  /** What a legal value is. */
  readonly legal: string;
}

/** NaN passes both checks, as no comparison with it is true; so does infinity as a rate. */
const CHECKS = [
  { key: MAX_RATE_PER_ENDPOINT, isOutside: (value: number) => value < 0, legal: 'a number of at least 0' },
  { key: CAPACITY_SCALER, isOutside: (value: number) => value < 0 || value > 1, legal: 'a number from 0 to 1' },
] as const;

/** What the translation lets through and is no number all the same: NaN, and infinity as a rate. */
export function notNumbers(annotations: StringMap): readonly TrafficScalingFault[] {
  return CHECKS.flatMap(({ key, isOutside, legal }) => {
    const text = annotations[key];
    const value = text === undefined ? undefined : parseGoFloat(text);
    if (text === undefined || value === undefined || Number.isFinite(value) || isOutside(value)) return [];
    return [{ key, text, legal }];
  });
}

/** The first annotation, in the controller's order, that fails the translation. */
export function findTrafficScalingFault(annotations: StringMap): TrafficScalingFault | undefined {
  for (const { key, isOutside, legal } of CHECKS) {
    const text = annotations[key];
    if (text === undefined) continue;
    const value = parseGoFloat(text);
    if (value === undefined || isOutside(value)) return { key, text, legal };
  }
  return undefined;
}
