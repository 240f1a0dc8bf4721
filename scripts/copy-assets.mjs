/** Copies the non-TypeScript files of src (the web page, protobuf schemas) beside the compiled code. */
import { cpSync } from 'node:fs';

cpSync('src', 'dist', { recursive: true, filter: (path) => !path.endsWith('.ts') });
