/** Error codes of the download of models. */
import type { CatalogueEntry } from './entry.js';

export const pullErrors = {
  HUB_UNREACHABLE: {
    summary: 'The hub cannot be reached, or breaks off again and again.',
    hint: 'Check the network and HF_ENDPOINT and run the command again: it goes on where it stopped.',
  },
  HUB_ACCESS_DENIED: {
    summary: 'The hub refuses access: the model does not exist, is private, or its terms must be accepted first.',
    hint: 'Check the id; for a private or gated model set HF_TOKEN to a token that may read it.',
  },
  HUB_NOT_FOUND: {
    summary: 'The hub has no such model, revision or file.',
    hint: 'Check the id (owner/name) and --revision.',
  },
  HUB_ANSWER_INVALID: {
    summary: 'What the hub answers is not what its protocol says.',
    hint: 'Check HF_ENDPOINT: it must be the hub or a full mirror of it.',
  },
  HUB_FILES_MISSING: {
    summary: 'The model on the hub lacks files that an X-CLIP needs.',
    hint: 'Choose a model that has config.json, preprocessor_config.json, a tokenizer and weights.',
  },
  HUB_HASH_MISMATCH: {
    summary: 'A downloaded file is not the one that the hub lists; it was deleted.',
    hint: 'Run the command again; if it happens again, the mirror or the network changes files.',
  },
  HUB_DISK_FULL: {
    summary: 'There is not enough room on the disk for the model.',
    hint: 'Make room, or set ACTIONWIRE_CACHE_DIR to a folder on another disk; what was downloaded is kept.',
  },
  HUB_OFFLINE: {
    summary: 'The model is not in the cache, and the hub may not be asked.',
    hint: 'Run the command once without --offline.',
  },
} as const satisfies Record<string, CatalogueEntry>;
