type Page<Item> = { items: Item[]; next?: string | null };

/** Rows of the longest page of a list of single things. */
export const mostOfPage = 500;

/** More than a spreadsheet takes, and less than a tab can hold. */
export const mostRows = 1_000_000;

/** All of a list that comes in pages, for a file; null where it has more rows than a file is to hold. */
export async function everyPage<Item>(ask: (cursor: string | undefined) => Promise<Page<Item>>, most = mostRows): Promise<Item[] | null> {
  const items: Item[] = [];
  let cursor: string | undefined;

  do {
    const page = await ask(cursor);
    items.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && items.length <= most);

  return items.length > most ? null : items;
}
