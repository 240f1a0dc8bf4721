/** Windows compared with different label sets share the vision graph; the head runs once for each label set. */

/** The places of the items of each vocabulary, both in the order in which they first come. */
export function placesByVocabulary(items: readonly { readonly vocabulary: number }[]): Map<number, number[]> {
  const found = new Map<number, number[]>();
  items.forEach(({ vocabulary }, place) => {
    const places = found.get(vocabulary);
    if (places === undefined) found.set(vocabulary, [place]);
    else places.push(place);
  });
  return found;
}
