// Google's rule for the names of NEGs, as for most of its resources: the controller leaves it to Google.
const NEG_NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const MAX_NAME = 63;

export function isLegalNegName(name: string): boolean {
  return NEG_NAME.test(name);
}

/** The legal name that is nearest to one that is not; undefined where nothing of it is left. */
export function legalNegName(name: string): string | undefined {
  const legal = name
    .slice(0, MAX_NAME)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_NAME)
    .replace(/^[-0-9]+/, '')
    .replace(/-$/, '');
  return isLegalNegName(legal) ? legal : undefined;
}
