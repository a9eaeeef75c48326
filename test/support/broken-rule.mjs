// Loaded into the guard before its own code (node --import): a build in which one rule, which the self-test needs, throws.
import { registerHooks } from 'node:module';

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith('/src/rules/path-invalid.ts')) return loaded;
    const whole = String(loaded.source);
    const broken = whole.replace('const { site } = fault;', 'throw new Error("a broken build");');
    if (broken === whole) throw new Error('the rule path-invalid has changed; so must test/support/broken-rule.mjs');
    return { ...loaded, source: broken };
  },
});
