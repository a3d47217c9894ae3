import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,playground,bench,test}/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    // Files alter nothing that others read. Loading everything anew for each took two thirds of the whole time.
    isolate: false,
    // Flows start processes, a database and a browser; on two busy cores that takes seconds.
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // What comes within a second on a quiet machine takes several on a busy one.
    expect: { poll: { timeout: 10_000 } },
    // One more than there are cores: flows wait for a third of their time, for processes and for times to run out.
    maxWorkers: availableParallelism() + 1,
    reporters:
      process.env['CI'] === undefined
        ? ['default']
        : ['default', ['json', { outputFile: 'node_modules/.vitest/results.json' }]],
  },
});
