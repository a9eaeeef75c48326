// One budget for the bodies of all requests in flight: what no request may take alone, many may not take together.

/**
 * Five bodies of the largest size (read-body.ts) and room for small ones. With it the guard stays below the 512 MiB of
 * deploy/base (docs/operations.md, Memory under attack).
 */
export const BODY_BUDGET_BYTES = 48 * 1024 * 1024;

/** Kept for small bodies, so that whoever sends large ones does not shut out everybody else. */
export const SMALL_BODIES_BYTES = 8 * 1024 * 1024;

/** Hundreds of times a common review of 1.5 kB, and larger than all but a few of those that people cause. */
export const SMALL_BODY_BYTES = 64 * 1024;

export interface BodyBudget {
  /** @returns undefined where there is no room for so much */
  take(bytes: number): Lease | undefined;
  usedBytes(): number;
}

/** What one body has taken. */
export interface Lease {
  /** @returns false where there is no room for it; the lease stays as it was */
  growTo(bytes: number): boolean;
  /** Gives all of it back; more than once is once. */
  release(): void;
}

export function createBodyBudget(totalBytes = BODY_BUDGET_BYTES, smallBytes = SMALL_BODIES_BYTES): BodyBudget {
  let used = 0;
  const hasRoom = (more: number, whole: number): boolean =>
    used + more <= (whole <= SMALL_BODY_BYTES ? totalBytes : totalBytes - smallBytes);
  const take = (bytes: number): Lease | undefined => {
    if (!hasRoom(bytes, bytes)) return undefined;
    let taken = bytes;
    used += taken;
    return {
      growTo: (whole) => {
        if (!hasRoom(whole - taken, whole)) return false;
        used += whole - taken;
        taken = whole;
        return true;
      },
      release: () => {
        used -= taken;
        taken = 0;
      },
    };
  };
  return { take, usedBytes: () => used };
}
