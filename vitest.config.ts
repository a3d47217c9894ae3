import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/global-setup.ts'],
    // Flows start processes, a database and a browser; on two busy cores that takes seconds.
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // All of them: by default one is left alone, which on two cores is half of the time.
    maxWorkers: '100%',
    reporters:
      process.env['CI'] === undefined
        ? ['default']
        : ['default', ['json', { outputFile: 'node_modules/.vitest/results.json' }]],
    projects: [
      {
        extends: true,
        test: {
          name: 'beside the code',
          include: ['src/**/*.test.ts', 'playground/**/*.test.ts', 'bench/**/*.test.ts'],
          // They alter nothing that they share. Loading everything anew for each file took two thirds of their time.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'flows', include: ['test/**/*.test.ts'] } },
    ],
  },
});
