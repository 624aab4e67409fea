import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { bytes, percent } from '../format/numbers';
import { t } from '../language/language';
import { Icon } from '../shell/Icon';
import { saveAs } from './csv';
import type { FileProgress } from './wholeFile';

/** Makes or fetches a file; `tell` shows how far it is, `signal` ends it. */
export type FileMaker = (tell: (progress: FileProgress) => void, signal: AbortSignal) => Promise<Blob>;

// What is sooner done needs no bar.
const patience = 500;

/** Saves a file that has to be made or fetched first, shows how far it is, and says why where it cannot be. */
export function FileButton({ name, form = 'csv', make }: { name: string; form?: 'csv' | 'parquet'; make: FileMaker }) {
  const [progress, setProgress] = useState<FileProgress | null>(null);
  const ending = useRef(new AbortController());
  useEffect(() => () => ending.current.abort(), []);

  const download = useMutation({
    mutationFn: async () => {
      const begun = Date.now();
      const { signal } = (ending.current = new AbortController());
      try {
        saveAs(await make((next) => (Date.now() - begun > patience ? setProgress(next) : undefined), signal), `${name}.${form}`);
      } catch (error) {
        if (!signal.aborted) {
          throw error;
        }
      } finally {
        setProgress(null);
      }
    },
  });

  if (progress !== null) {
    return (
      <span className="file-progress">
        <progress aria-label={t('{file} comes', { file: `${name}.${form}` })} max={1} value={progress.part ?? undefined} />
        {progress.part === null ? bytes(progress.bytes) : percent(100 * progress.part)}
        <Button size="compact-sm" variant="default" onClick={() => ending.current.abort()}>
          {t('Cancel')}
        </Button>
      </span>
    );
  }

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
        {form === 'csv' ? t('CSV') : 'Parquet'}
      </Button>
    </>
  );
}
