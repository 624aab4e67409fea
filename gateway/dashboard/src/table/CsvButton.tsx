import { Button } from '@mantine/core';
import { t } from '../language/language';
import { Icon } from '../shell/Icon';
import { saveAs, toCsv, type CsvColumn } from './csv';

/** All rows of a table as a file, not only those on this page. */
export const CsvButton = <Row,>({ name, columns, rows }: { name: string; columns: readonly CsvColumn<Row>[]; rows: readonly Row[] | undefined }) => (
  <Button
    size="compact-sm"
    variant="default"
    leftSection={<Icon name="download" size={14} />}
    disabled={rows === undefined || rows.length === 0}
    onClick={() => saveAs(new Blob([toCsv(columns, rows ?? [])], { type: 'text/csv;charset=utf-8' }), `${name}.csv`)}
  >
    {t('CSV')}
  </Button>
);
