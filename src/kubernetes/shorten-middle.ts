// Long text cut where it says least: a name ends with what tells it from others, and an Event of a controller, which may repeat a
// whole request to Google's API, ends with why Google refused it.

const ELLIPSIS = '...';

/** At most `length` code units, taken out of the middle; never half a surrogate pair. */
export function shortenMiddle(text: string, length: number): string {
  if (text.length <= length) return text;
  const room = length - ELLIPSIS.length;
  const start = text.slice(0, Math.ceil(room / 2)).replace(/[\uD800-\uDBFF]$/, '');
  const end = text.slice(text.length - Math.floor(room / 2)).replace(/^[\uDC00-\uDFFF]/, '');
  return `${start}${ELLIPSIS}${end}`;
}
