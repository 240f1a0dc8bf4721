/** Something that holds resources. `close()` is idempotent, never throws for a second call, and resolves when all is freed. */
export interface Closable {
  close(): Promise<void>;
}
