// Names of variables and flags in the catalogue, where one * stands for any text: `*_ALLOWED_HOSTS`,
// `--entrypoints.*.http.redirections.entrypoint.to`. Programs that take such names do not mind their case.

export function isPattern(name: string): boolean {
  return name.includes('*');
}

/** Takes time by the length of the name, whatever is in it. */
export function isNamed(name: string, known: string): boolean {
  const star = known.indexOf('*');
  if (star === -1) return name === known;
  const [start, end] = [known.slice(0, star), known.slice(star + 1)];
  if (name.length < start.length + end.length) return false;
  return isSame(name.slice(0, start.length), start) && isSame(name.slice(name.length - end.length), end);
}

function isSame(text: string, known: string): boolean {
  return text.toLowerCase() === known.toLowerCase();
}
