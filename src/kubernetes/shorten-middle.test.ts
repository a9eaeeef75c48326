import { expect, it } from 'vitest';
import { shortenMiddle } from './shorten-middle.ts';

it('keeps the beginning and the end', () => {
  expect(shortenMiddle('Error creating health check &{...}: timeout', 21)).toBe('Error cre...: timeout');
});

it('leaves alone what is short enough', () => {
  expect(shortenMiddle('Error', 5)).toBe('Error');
});

it('cuts no character into halves', () => {
  expect(shortenMiddle('😀😀😀😀😀😀', 8)).toBe('😀...😀');
});
