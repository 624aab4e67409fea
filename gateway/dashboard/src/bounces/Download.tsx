import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { call, searchOf } from '../api/client';
import type { ErrorEventFilter } from '../api/queries';
import { t } from '../language/language';
import { Icon } from '../shell/Icon';
import { saveAs } from '../table/csv';

/** All events that match as a file, written by the server. */
export function Download({ filter }: { filter: Partial<ErrorEventFilter> }) {
  const download = useMutation({
    mutationFn: async () => {
      const response = await call(`/v1/error-events.csv${searchOf({ ...filter, status: filter.status?.join() })}`);
      saveAs(await response.blob(), 'error-events.csv');
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
