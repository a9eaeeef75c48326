// What a controller says in an Event may repeat a whole request to Google's API: what was tried is before it, and why
// Google refused it after it.

/** At most so many characters, taken out of the middle. */
export function shortened(message: string, maxLength: number): string {
  const characters = Array.from(message);
  if (characters.length <= maxLength) return message;
  const half = Math.floor((maxLength - 1) / 2);
  return `${characters.slice(0, half).join('')}…${characters.slice(-half).join('')}`;
}
