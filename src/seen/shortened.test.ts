import { expect, it } from 'vitest';
import { shortened } from './shortened.ts';

it('keeps the beginning and the end', () => {
  expect(shortened('Error creating health check &{...}: timeout', 21)).toBe('Error crea…}: timeout');
});

it('leaves alone what is short enough', () => {
  expect(shortened('Error', 5)).toBe('Error');
});

it('cuts no character into halves', () => {
  expect(shortened('😀😀😀😀😀😀', 3)).toBe('😀…😀');
});
