const base = require('@jupyterlab/galata/lib/playwright-config');

module.exports = {
  ...base,
  testDir: './tests',
  // The Notebook 7 stories need another server and have their own config;
  // pictures and measurements are no tests.
  testIgnore: [
    '**/notebook7.spec.ts',
    '**/screenshots.spec.ts',
    '**/bench.spec.ts'
  ],
  // Each story has a kernel of its own, waits for signs and times nothing.
  workers: 2,
  retries: 0,
  reporter: [['list']],
  use: {
    ...base.use,
    video: 'off',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync'
      ]
    }
  },
  webServer: {
    command: 'jlpm start',
    url: 'http://localhost:8888/lab',
    timeout: 120 * 1000,
    reuseExistingServer: !process.env.CI
  }
};
