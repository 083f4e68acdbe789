import jupyter from '@jupyter/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** The plugin's recommended rules, every warning raised to an error. */
const jupyterRecommended = jupyter.configs.recommended.map(config => ({
  ...config,
  plugins: { jupyter },
  rules: Object.fromEntries(
    Object.entries(config.rules ?? {}).map(([name, level]) => {
      const raise = severity => (severity === 'warn' ? 'error' : severity);
      return [
        name,
        Array.isArray(level)
          ? [raise(level[0]), ...level.slice(1)]
          : raise(level)
      ];
    })
  )
}));

export default tseslint.config(
  {
    ignores: [
      '.demo/**',
      '.venv*/**',
      'coverage/**',
      'kernel-magics/**',
      'lib/**',
      '**/node_modules/**',
      // Written by build_tools/protocol.py.
      'src/protocol/generated.ts',
      'ui-tests/playwright-report/**',
      'ui-tests/release/**',
      'ui-tests/test-results/**'
    ]
  },
  ...jupyterRecommended,
  {
    files: ['src/**/*.{ts,tsx}', 'ui-tests/**/*.ts'],
    extends: tseslint.configs.recommended,
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.test.json', './ui-tests/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname
      }
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { disallowTypeAnnotations: false }
      ],
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          custom: { regex: '^I[A-Z]', match: true }
        }
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': [
        'error',
        { ignoreVoid: true }
      ],
      '@typescript-eslint/no-namespace': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { args: 'none' }],
      curly: ['error', 'all'],
      eqeqeq: 'error',
      // A plugin file is a few lines that wire one widget: loading the widget
      // lazily would add a network round trip to every start and save nothing.
      'jupyter/prefer-lazy-imports': 'off',
      'no-console': ['error', { allow: ['warn', 'error'] }],
      'prefer-arrow-callback': 'error'
    }
  },
  {
    // Samples of what a kernel says are data, not text on our screen.
    files: ['src/**/__tests__/**'],
    rules: { 'jupyter/no-untranslated-string': 'off' }
  },
  prettier
);
