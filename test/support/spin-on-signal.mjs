/** Loaded into every process of a program under test by `NODE_OPTIONS=--import`: a decoder process that gets SIGUSR2 spins for ever. */
if (/stream[\\/]child[\\/]main\.js$/.test(process.argv[1] ?? '')) {
  process.on('SIGUSR2', () => {
    for (;;);
  });
}
