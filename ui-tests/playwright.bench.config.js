const base = require('./playwright.config');

module.exports = {
  ...base,
  testIgnore: undefined,
  testMatch: '**/bench.spec.ts'
};
