import { describe, expect, it } from 'vitest';
import { renderErrorsPage } from '../test/support/errors-page.ts';
import { expectPage } from '../test/support/page.ts';
import { AppError, ERRORS } from './errors.ts';

describe('the table of errors', () => {
  it('is what docs/errors.md says (npm run fix writes it)', () => {
    expectPage('docs/errors.md', renderErrorsPage(ERRORS));
  });

  it.each(Object.entries(ERRORS))(
    'says of %s in sentences what is wrong and what to do',
    (_, { message, howToFix }) => {
      for (const text of [message, howToFix]) expect(text).toMatch(/^[A-Z][\x20-\x7e]*[^ .]\.$/);
    },
  );

  it('has statuses of HTTP errors only', () => {
    const odd = Object.entries(ERRORS).filter(([, { status }]) => status !== null && (status < 400 || status > 599));
    expect(odd).toEqual([]);
  });
});

describe('AppError', () => {
  it('says what is wrong in general, then in this case, and what to do', () => {
    const cause = new Error('ENOENT');
    const error = new AppError('file-unreadable', 'a.yaml: there is no such file or directory', { cause });
    expect({
      ...error,
      name: error.name,
      message: error.message,
      howToFix: error.howToFix,
      cause: error.cause,
    }).toEqual({
      name: 'AppError',
      code: 'file-unreadable',
      detail: 'a.yaml: there is no such file or directory',
      message: 'A file or directory cannot be read. a.yaml: there is no such file or directory',
      howToFix: 'Check the path and its permissions.',
      cause,
    });
  });
});
