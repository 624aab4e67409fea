import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { call, searchOf } from '../api/client';
import { t } from '../language/language';
import { Icon } from '../shell/Icon';
import { saveAs } from './csv';

/** Everything that matches as a file, written by the server: `/v1/{name}.csv`. */
export function Download({ name, query }: { name: string; query: Parameters<typeof searchOf>[0] }) {
  const download = useMutation({
    mutationFn: async () => {
      const response = await call(`/v1/${name}.csv${searchOf(query)}`);
      saveAs(await response.blob(), `${name}.csv`);
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
