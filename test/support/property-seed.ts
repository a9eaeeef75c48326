// Set up before every test file (vitest.config.ts): all properties run on one seed, so that a test that turns red has
// met a change of the code and not another random number. `npm run fuzz:properties` passes fresh seeds in PROPERTY_SEED;
// PROPERTY_PATH leads straight to the failing case of one property. A seed or path that a test names itself wins.
import fc from 'fast-check';

const { PROPERTY_SEED: seed, PROPERTY_PATH: path } = process.env;

fc.configureGlobal({ seed: Number(seed ?? 1), ...(path === undefined ? {} : { path }) });
