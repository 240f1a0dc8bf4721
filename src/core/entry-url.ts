/** Finds the compiled entry point of a worker or child process, also when this code itself runs from TypeScript (tests). */
export function entryUrl(importMetaUrl: string, relative: string): URL {
  const url = new URL(relative, importMetaUrl);
  if (!importMetaUrl.endsWith('.ts')) return url;
  return new URL(url.href.replace(/\/src\/(?!.*\/src\/)/, '/dist/'));
}
