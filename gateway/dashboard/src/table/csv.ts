export type CsvColumn<Row> = { key: string; header: string; csv?: (row: Row) => string | number | null; sortBy?: (row: Row) => string | number };

/** RFC 4180 with a header line. A text that a spreadsheet would take for a formula has an apostrophe before it. */
export function toCsv<Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): string {
  const told = columns.filter((column) => column.csv !== undefined || column.sortBy !== undefined);
  const lines = [told.map(({ header }) => header), ...rows.map((row) => told.map((column) => (column.csv ?? column.sortBy)?.(row) ?? null))];

  return lines.map((fields) => fields.map(field).join(',')).join('\r\n') + '\r\n';
}

function field(value: string | number | null): string {
  if (value === null || typeof value === 'number') {
    return value === null ? '' : String(value);
  }
  const safe = /^[\s\u200b\ufeff\u202e]*[=+@\t\r-]/.test(value) && Number.isNaN(Number(value)) ? `'${value}` : value;

  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function saveAs(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
