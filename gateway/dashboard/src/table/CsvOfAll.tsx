import { everyPage, mostRows } from '../api/everyPage';
import { count } from '../format/numbers';
import { t } from '../language/language';
import { toCsv, type CsvColumn } from './csv';
import { FileButton } from './FileButton';

/** All of a list as a file, page by page, not only those rows that are shown. */
export function CsvOfAll<Row>({ name, columns, ask }: {
  name: string;
  columns: readonly CsvColumn<Row>[];
  /** The page at a cursor, as long as pages get. */
  ask: (cursor: string | undefined) => Promise<{ items: Row[]; next?: string | null }>;
}) {
  const make = async (): Promise<Blob> => {
    const rows = await everyPage(ask);
    if (rows === null) {
      throw new Error(t('There are more than {n} rows.', { n: count(mostRows) }));
    }

    return new Blob([toCsv(columns, rows)], { type: 'text/csv;charset=utf-8' });
  };

  return <FileButton name={name} make={make} />;
}
