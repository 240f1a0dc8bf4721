/** One line of the catalogue of error codes: what it means and what to do. */
export interface CatalogueEntry {
  readonly summary: string;
  readonly hint: string;
}
