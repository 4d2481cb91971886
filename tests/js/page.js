// The page's script without its last part, in a context of its own, for node's test runner.
const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const { folder, scripts } = JSON.parse(process.env.PAGE_SCRIPTS);

/** Names of the page's script, as far as no page is needed; `names` are read out of its one scope. */
exports.page = names => {
  const element = new Proxy({}, { get: () => () => '' });
  const context = vm.createContext({
    document: { documentElement: {}, getElementById: () => null, createElement: () => element },
    console, URL, Intl, Map, Set, Math, Float64Array, Int32Array, Uint8Array, devicePixelRatio: 1, location: { hash: '' },
    matchMedia: () => ({ matches: false }), getComputedStyle: () => ({ getPropertyValue: () => '' }),
  });
  const code = scripts.filter(name => name !== 'main').map(name => fs.readFileSync(path.join(folder, `${name}.js`), 'utf8')).join('\n');
  const words = JSON.parse(fs.readFileSync(path.join(folder, 'language', 'en.json'), 'utf8'));
  vm.runInContext(`globalThis.out = (() => { 'use strict';\n${code}\nspeak(${JSON.stringify(words)});\nreturn { ${names.join(', ')} }; })();`, context);
  return context.out;
};

/** Numbers that look random and are the same in every run (mulberry32). */
exports.dice = seed => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

/** Run a check on many throws; a failure names the seed. */
exports.many = (times, check) => {
  for (let seed = 1; seed <= times; seed++) {
    try { check(exports.dice(seed)); } catch (error) { error.message = `seed ${seed}: ${error.message}`; throw error; }
  }
};
