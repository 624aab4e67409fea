import { expect, test } from 'vitest';
import { toCsv } from './csv';

type Row = { name: string; count: number };
const columns = [
  { key: 'name', header: 'Name', sortBy: (row: Row) => row.name },
  { key: 'count', header: 'Count', csv: (row: Row) => row.count },
  { key: 'actions', header: 'Actions' },
];

test('columns with a value are written, buttons are not', () =>
  expect(toCsv(columns, [{ name: 'a,b', count: 2 }])).toBe('Name,Count\r\n"a,b",2\r\n'));

test.each(['=HYPERLINK("x")', '+1+2', '@SUM(A1)', '\u200b=1'])('%s is no formula in a spreadsheet', (name) => {
  expect(toCsv(columns, [{ name, count: 0 }]).split('\r\n')[1]).toMatch(/^"?'/);
});

test('a negative number stays one', () => expect(toCsv(columns, [{ name: '-2.5', count: -1 }])).toBe('Name,Count\r\n-2.5,-1\r\n'));
