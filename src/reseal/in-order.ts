/**
 * Does `work` for every item, `limit` of them at a time, and answers what came of them in the order of the items. After
 * the first that fails no other is begun; its error is thrown when those under way have settled.
 */
export async function* inOrder<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const underWay: Promise<R>[] = [];
  try {
    for await (const item of items) {
      const one = work(item);
      // its error is thrown when it is its turn
      one.catch(() => undefined);
      underWay.push(one);
      const [first] = underWay;
      if (underWay.length < limit || first === undefined) continue;
      yield await first;
      void underWay.shift();
    }
    for (const one of underWay) yield await one;
  } finally {
    await Promise.allSettled(underWay);
  }
}
