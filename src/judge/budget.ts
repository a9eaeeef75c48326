// How much judging one admission may take, in steps: a count of what is looked at and worded, never a clock, so that an object
// gets the same answer at any load. What does not fit is left out, and known by the rules that did not finish.

/** So many values of an object are one step: most rules look at few of them. */
export const VALUES_A_STEP = 8;

/** What it takes to judge a backend for each workload behind it, and once more for itself. */
export const STEPS_A_BACKEND = 8;

/** To plan a backend, whether or not there is something to say of it. */
export const STEPS_A_PLAN = 12;

/** To word one fault: a sentence and a fix. */
export const STEPS_A_FAULT = 8;

export class Budget {
  #left: number;
  #isSpent = false;
  readonly #unfinished = new Set<string>();
  #spent = 0;

  /** @param steps left out: no bound, for files */
  constructor(steps: number = Number.POSITIVE_INFINITY) {
    this.#left = steps;
  }

  /** @returns whether there was enough left; once there was not, there never is again, however small the next step is */
  spend(steps: number): boolean {
    if (this.#isSpent) return false;
    this.#left -= steps;
    this.#isSpent = this.#left < 0;
    if (!this.#isSpent) this.#spent += steps;
    return !this.#isSpent;
  }

  /** False for files: nobody has to count what their objects hold. */
  get isBounded(): boolean {
    return this.#left < Number.POSITIVE_INFINITY;
  }

  get isSpent(): boolean {
    return this.#isSpent;
  }

  get spent(): number {
    return this.#spent;
  }

  get left(): number {
    return Math.max(0, this.#left);
  }

  /** Whether so many steps are left for the rule; or else notes that it did not finish. */
  pays(rule: string, steps: number): boolean {
    const isPaid = this.spend(steps);
    if (!isPaid) this.#unfinished.add(rule);
    return isPaid;
  }

  unfinished(rule: string): void {
    this.#unfinished.add(rule);
  }

  /** Ids of the rules that have not judged all that they should have. */
  get unfinishedRules(): ReadonlySet<string> {
    return this.#unfinished;
  }

  /** Takes half of what is left out, for other work. */
  halve(): Budget {
    const half = Math.floor(this.#left / 2);
    this.#left -= half;
    return new Budget(half);
  }

  /** What the other work left over. */
  giveBack({ left }: Budget): void {
    this.#left += left;
  }
}
