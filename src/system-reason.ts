// Why the system refused something, in words instead of ENOENT and the like.

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EADDRINUSE: 'the address is already in use',
  EADDRNOTAVAIL: 'this machine does not have the address',
  EISDIR: 'it is a directory',
  ELOOP: 'its links go round in a circle',
  ENOENT: 'there is no such file or directory',
  ENOTDIR: 'there is no such file or directory',
  ENOTFOUND: 'there is no such host',
};

/** The first line of the error's own message where there is nothing better. */
export function systemReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? error.message.split('\n')[0] ?? '';
}
