import { call, searchOf } from '../api/client';
import { FileButton, type FileMaker } from './FileButton';
import { wholeFile, type Span } from './wholeFile';

/** Everything that matches as a file, written by the server while it is read: `/v1/{name}.csv`, and `.parquet` where there is one. */
export function Download({ name, query, span, parquet = false }: {
  name: string;
  query: Parameters<typeof searchOf>[0];
  /** Where rows come by time: the span that is asked for. */
  span?: () => Span;
  parquet?: boolean;
}) {
  const fetched = (form: 'csv' | 'parquet'): FileMaker => async (tell, signal) =>
    wholeFile(await call(`/v1/${name}.${form}${searchOf(query)}`, { signal }), span?.() ?? null, tell);

  return (
    <>
      <FileButton name={name} make={fetched('csv')} />
      {parquet ? <FileButton name={name} form="parquet" make={fetched('parquet')} /> : null}
    </>
  );
}
