// Holds our reader to the cases that Go made, also where there is no Go.
import { describe, expect, it } from 'vitest';
import { droppedByKubectl, leftToKubectl, refused, scalars, streams } from './cases.ts';
import { readAll } from './read-all.ts';

describe('readDocuments', () => {
  it.each(scalars)('reads k: %j', (text, value) => {
    expect(readAll(`k: ${text}\n`)).toEqual({ documents: [{ k: value }], failed: false });
  });

  it.each(streams)('reads %j', (text, documents) => {
    expect(readAll(text)).toEqual({ documents, failed: false });
  });

  it.each([...refused, ...droppedByKubectl.map(([text]) => text)])('refuses %j', (text) => {
    expect(readAll(text).failed).toBe(true);
  });

  it.each(leftToKubectl)('leaves the refusal of %j to kubectl', (text) => {
    expect(readAll(text).failed).toBe(false);
  });
});
