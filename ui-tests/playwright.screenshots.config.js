const base = require('./playwright.config');

module.exports = {
  ...base,
  testIgnore: undefined,
  testMatch: '**/screenshots.spec.ts',
  timeout: 300 * 1000,
  // High enough for the longest list, so that nothing is below the fold.
  use: {
    ...base.use,
    actionTimeout: 20 * 1000,
    viewport: { width: 1400, height: 1200 }
  }
};
