const base = require('@jupyterlab/testutils/lib/jest-config')(__dirname);

// Packages that ship ES modules only and so must be transformed.
const esModules = [
  '@codemirror',
  '@jupyter/',
  '@jupyterlab/',
  '@lezer',
  '@marijn',
  '@microsoft',
  '@rjsf',
  'color',
  'exenv-es6',
  'lib0',
  'marked',
  'nanoid',
  'vscode-ws-jsonrpc',
  'y-protocols',
  'y-websocket',
  'yjs'
].join('|');

module.exports = {
  ...base,
  automock: false,
  collectCoverageFrom: ['src/**/*.{ts,tsx}', '!src/**/*.d.ts'],
  coverageReporters: ['text'],
  modulePathIgnorePatterns: [
    '<rootDir>/kernel-magics/',
    '<rootDir>/ui-tests/',
    '<rootDir>/lib/',
    '<rootDir>/.venv'
  ],
  preset: undefined,
  reporters: ['default'],
  testRegex: 'src/.*\\.spec\\.tsx?$',
  // Not the base's ts-jest: swc is five times faster and accepts import.meta.
  // It does not check types; `jlpm types:check` does.
  transform: {
    '\\.svg$': '@jupyterlab/testing/lib/jest-raw-loader.js',
    '^.+\\.[jt]sx?$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', tsx: true },
          target: 'es2020'
        },
        module: { type: 'commonjs' }
      }
    ]
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules})).*`]
};
