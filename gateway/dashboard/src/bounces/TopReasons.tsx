import { useQuery } from '@tanstack/react-query';
import { reasonsQuery, type Scope } from '../api/queries';
import { count } from '../format/numbers';
import { t, tn } from '../language/language';
import { Failed, Panel } from '../shell/states';
import { ReasonTable } from './ReasonTable';

export function TopReasons({ scope }: { scope: Scope }) {
  const reasons = useQuery(reasonsQuery(scope));
  const { data } = reasons;
  const hard = data?.items.reduce((sum, row) => sum + (row.hard ? row.count : 0), 0) ?? 0;
  const soft = data?.items.reduce((sum, row) => sum + (row.hard ? 0 : row.count), 0) ?? 0;

  return (
    <Panel
      title={t('Top bounce reasons')}
      sub={
        data === undefined || data.bounces === 0
          ? undefined
          : tn(data.bounces, '{n} bounce: {soft} soft, {hard} hard|{n} bounces: {soft} soft, {hard} hard', { soft: count(soft), hard: count(hard) })
      }
    >
      {data === undefined && reasons.error ? (
        <Failed what={t('The reasons')} error={reasons.error} retry={() => void reasons.refetch()} />
      ) : (
        <ReasonTable rows={data?.items} stale={reasons.isPlaceholderData} />
      )}
    </Panel>
  );
}
