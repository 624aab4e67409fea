import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { everyPage, mostRows } from '../api/everyPage';
import { count } from '../format/numbers';
import { t } from '../language/language';
import { Icon } from '../shell/Icon';
import { saveAs, toCsv, type CsvColumn } from './csv';

/** All of a list as a file, page by page, not only those rows that are shown. */
export function CsvOfAll<Row>({ name, columns, ask }: {
  name: string;
  columns: readonly CsvColumn<Row>[];
  /** The page at a cursor, as long as pages get. */
  ask: (cursor: string | undefined) => Promise<{ items: Row[]; next?: string | null }>;
}) {
  const download = useMutation({
    mutationFn: async () => {
      const rows = await everyPage(ask);
      if (rows === null) {
        throw new Error(t('There are more than {n} rows.', { n: count(mostRows) }));
      }
      saveAs(new Blob([toCsv(columns, rows)], { type: 'text/csv;charset=utf-8' }), `${name}.csv`);
    },
  });

  return (
    <>
      {download.error ? (
        <span role="alert" className="error-text">
          {download.error.message}
        </span>
      ) : null}
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<Icon name="download" size={14} />}
        loading={download.isPending}
        onClick={() => download.mutate()}
      >
        {t('CSV')}
      </Button>
    </>
  );
}
