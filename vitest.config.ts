import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Workers and child processes start from dist/, so the build comes first (see src/core/entry-url.ts).
    globalSetup: ['test/global-setup.ts'],
    reporters: ['default', './test/summary-reporter.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // onnxruntime-node must not be loaded from several worker threads of one process (docs/decisions).
    pool: 'forks',
    maxWorkers: 2,
  },
});
