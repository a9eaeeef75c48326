// A question to another thread, asked once for all who want to know the answer meanwhile.

export interface Question<T> {
  /** @returns undefined where no answer comes in time */
  ask(withinMs: number): Promise<{ readonly value: T } | undefined>;
  answer(value: T): void;
}

export function createQuestion<T>(say: () => void): Question<T> {
  let waiting: ((answer: { readonly value: T }) => void)[] = [];
  let isAsked = false;
  const ask: Question<T>['ask'] = (withinMs) =>
    new Promise((resolve) => {
      const settle = (answer: { readonly value: T } | undefined): void => {
        clearTimeout(timer);
        waiting = waiting.filter((one) => one !== settle);
        resolve(answer);
      };
      const timer = setTimeout(() => settle(undefined), withinMs);
      waiting.push(settle);
      if (isAsked) return;
      isAsked = true;
      say();
    });
  const answer = (value: T): void => {
    isAsked = false;
    for (const settle of waiting) settle({ value });
  };
  return { ask, answer };
}
