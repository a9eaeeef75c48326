// Names of variables and flags in the catalogue, where one * stands for any text: `*_ALLOWED_HOSTS`,
// `--entrypoints.*.http.redirections.entrypoint.to`. Programs that take such names do not mind their case.

export function isPattern(name: string): boolean {
  return name.includes('*');
}

/** Takes time by the length of the name, whatever is in it; and no memory, for every variable is compared with every pattern. */
export function isNamed(name: string, known: string): boolean {
  const star = known.indexOf('*');
  if (star === -1) return name === known;
  // How many characters the star stands for, but for itself.
  const shift = name.length - known.length;
  if (shift < -1) return false;
  for (let at = known.length - 1; at > star; at -= 1)
    if (!isSame(name.charCodeAt(at + shift), known.charCodeAt(at))) return false;
  for (let at = 0; at < star; at += 1) if (!isSame(name.charCodeAt(at), known.charCodeAt(at))) return false;
  return true;
}

function isSame(code: number, known: number): boolean {
  return code === known || lowerCase(code) === lowerCase(known);
}

/** Of ASCII, in which all such names are. */
function lowerCase(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}
