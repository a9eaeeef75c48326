// Elements of the page. Text becomes a text node, never markup: nothing of an object is ever parsed as HTML.

type Child = Node | string;

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

export function count(number: number, word: string, many = `${word}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? word : many}`;
}

/** A command as it is pasted, with a button. */
export function commandBlock(command: string): HTMLElement {
  const button = element(
    'button',
    { type: 'button', class: 'copy', 'aria-label': `Copy the command ${command}` },
    'Copy',
  );
  const code = element('code', {}, command);
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(command).then(
      () => tell(button, 'Copied'),
      () => {
        // Without the right to the clipboard it is at least selected.
        getSelection()?.selectAllChildren(code);
        tell(button, 'Press Ctrl-C');
      },
    );
  });
  return element('div', { class: 'command' }, element('pre', {}, code), button);
}

function tell(button: HTMLElement, text: string): void {
  button.textContent = text;
  byId('announced').textContent = text;
  setTimeout(() => {
    button.textContent = 'Copy';
  }, 2000);
}
