type Page<Item> = { items: Item[]; next?: string | null };

/** How long a page is filled up before what was found is shown, in milliseconds. */
const patience = 3000;

/**
 * The server looks through a bounded number of rows for one answer, so a rare thing is not in the first one. This goes on
 * until the page is full, everything was looked at, or the patience is at an end; `next` then leads on.
 */
export async function wholePage<Item, Query extends { limit: number; cursor?: string }>(
  query: Query,
  ask: (query: Query) => Promise<Page<Item>>,
  now: () => number = Date.now,
): Promise<{ items: Item[]; next: string | null }> {
  const until = now() + patience;
  const items: Item[] = [];
  let { cursor } = query;

  do {
    const page = await ask({ ...query, ...(cursor === undefined ? {} : { cursor }), limit: query.limit - items.length });
    items.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && items.length < query.limit && now() < until);

  return { items, next: cursor ?? null };
}
