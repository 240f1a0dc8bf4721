/** Import direction: core <- stream | infer | events | ws | http | checkpoint | pull | replay | evaluate <- pipeline <- app <- cli. */
const siblings = ['stream', 'infer', 'events', 'ws', 'http', 'checkpoint', 'pull', 'replay', 'evaluate'];
const only = (pkg, folder) => ({
  name: `${pkg}-only-in-${folder}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/${folder}/` },
  to: { path: `node_modules/${pkg}/` },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'core-imports-nothing', severity: 'error', from: { path: '^src/core/' }, to: { path: '^src/(?!core/)' } },
    ...siblings.map((folder) => ({
      name: `${folder}-imports-core-only`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      // The one named exception: the model loader of infer reaches checkpoint (architecture: "Reached only from the CLI and the model loader").
      to: { path: '^src/', pathNot: folder === 'infer' ? '^src/(core|infer|checkpoint)/' : `^src/(core|${folder})/` },
    })),
    {
      name: 'client-imports-types-only',
      severity: 'error',
      from: { path: '^src/client/' },
      to: { pathNot: '^src/client/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'client-knows-the-protocol-only',
      severity: 'error',
      from: { path: '^src/client/' },
      to: { path: '^src/', pathNot: '^src/(client/|ws/protocol)' },
    },
    {
      name: 'pipeline-below-app',
      severity: 'error',
      from: { path: '^src/pipeline' },
      to: { path: '^src/(app|cli|config)' },
    },
    { name: 'app-below-cli', severity: 'error', from: { path: '^src/app' }, to: { path: '^src/cli' } },
    only('node-av', 'stream'),
    only('(node-datachannel|@node-datachannel)', 'stream'),
    only('onnxruntime-(node|common)', 'infer'),
    only('ws', 'ws'),
    only('@huggingface/hub', 'pull'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
