import { expect, it } from 'vitest';
import { meantProtocols, protocolsText } from './protocol-meant.ts';

it.each([
  ['{"http": "https"}', '{"http": "HTTPS"}'],
  ['{"http": "h2c"}', '{"http": "HTTP2"}'],
  ['{"http": "GRPC", "admin": "HTTP"}', '{"http": "HTTP2", "admin": "HTTP"}'],
  ['{"http": "TCP"}', '{"http": "HTTP"}'],
])('%j means %j', (text, meant) => {
  expect(protocolsText(meantProtocols(text) ?? new Map())).toBe(meant);
});

it.each(['{"a": "x", "b": "y", "c": "z"}', 'HTTPS', '', '{}'])('what %j means cannot be told', (text) => {
  expect(meantProtocols(text)).toBeUndefined();
});
