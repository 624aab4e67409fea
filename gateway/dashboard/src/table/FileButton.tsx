import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { t } from '../language/language';
import { Icon } from '../shell/Icon';
import { saveAs } from './csv';

/** Saves a CSV file that has to be made or fetched first, and says why where it cannot be. */
export function FileButton({ name, make }: { name: string; make: () => Promise<Blob> }) {
  const download = useMutation({ mutationFn: async () => saveAs(await make(), `${name}.csv`) });

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
