import { call, searchOf } from '../api/client';
import { FileButton } from './FileButton';

/** Everything that matches as a file, written by the server: `/v1/{name}.csv`. */
export function Download({ name, query }: { name: string; query: Parameters<typeof searchOf>[0] }) {
  return <FileButton name={name} make={async () => (await call(`/v1/${name}.csv${searchOf(query)}`)).blob()} />;
}
