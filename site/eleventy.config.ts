// The documentation site (docs/adr/0035): the Markdown of the repository as it is, each page a template of its own.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import { renderPage } from '../scripts/site/layout.ts';
import { extendMarkdown, type MarkdownIt } from '../scripts/site/markdown.ts';
import { imageOutput, imagesOf, readPages } from '../scripts/site/pages.ts';
import { searchScript } from '../scripts/site/search-entries.ts';

/** What is used of Eleventy, which is installed with the site only. */
interface Eleventy {
  addPlugin(plugin: unknown, options?: object): void;
  addTemplate(path: string, content: string, data: object): void;
  addPassthroughCopy(paths: Readonly<Record<string, string>>): void;
  addTransform(
    name: string,
    transform: (this: { readonly page: { readonly outputPath: string } }, html: string) => string,
  ): void;
  on(event: 'eleventy.after', listener: () => void): void;
  amendLibrary(name: 'md', amend: (md: MarkdownIt) => void): void;
}

const ROOT = new URL('../', import.meta.url);
const SITE = new URL('./', import.meta.url);

export default function configure(eleventy: Eleventy): object {
  const pages = readPages(fileURLToPath(ROOT));
  const highlight: unknown = createRequire(import.meta.url)('@11ty/eleventy-plugin-syntaxhighlight');
  eleventy.addPlugin(highlight, { preAttributes: { tabindex: 0 } });
  eleventy.amendLibrary('md', (md) => extendMarkdown(md, pages));
  for (const { source, output, markdown } of pages) {
    const text = markdown.replaceAll(/^<!--[\s\S]*?-->\n/gm, '');
    eleventy.addTemplate(`pages/${output.replace(/\.html$/, '.md')}`, text, { permalink: output, source });
  }
  eleventy.addTransform('layout', function layout(html) {
    const page = pages.find(({ output }) => this.page.outputPath.endsWith(`dist/${output}`));
    return page === undefined ? html : renderPage(page, html, pages);
  });
  eleventy.addPassthroughCopy({
    'assets/style.css': 'assets/style.css',
    'assets/icon.svg': 'assets/icon.svg',
    'node_modules/minisearch/dist/umd/index.js': 'assets/minisearch.js',
  });
  eleventy.on('eleventy.after', () => {
    const assets = new URL('dist/assets/', SITE);
    for (const name of ['theme', 'search']) {
      const source = readFileSync(new URL(`browser/${name}.ts`, SITE), 'utf8');
      writeFileSync(new URL(`${name}.js`, assets), stripTypeScriptTypes(source));
    }
    writeFileSync(new URL('search-index.js', assets), searchScript(pages));
    for (const path of imagesOf(pages)) {
      cpSync(new URL(path, ROOT), new URL(`dist/${imageOutput(path)}`, SITE));
    }
  });
  return { markdownTemplateEngine: false, dir: { input: '.', output: 'dist' } };
}
