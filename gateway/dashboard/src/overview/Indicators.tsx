import { Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ComparedCount, ComparedRate, Overview } from '../api/types';
import { count, pointChange, rate, relativeChange } from '../format/numbers';
import { dayRange } from '../format/times';
import { Icon } from '../shell/Icon';
import { Failed } from '../shell/states';

type Kind = {
  key: 'recipients' | 'deliveryRate' | 'softBounceRate' | 'hardBounceRate';
  label: string;
  /** Whether a rise is good news, bad news or neither. */
  rise: 'good' | 'bad' | 'neutral';
  /** The counts behind it, in words. */
  behind: (overview: Overview) => string;
};

const kinds: Kind[] = [
  {
    key: 'recipients',
    label: 'Total recipients',
    rise: 'neutral',
    behind: ({ pending }) => (pending.value === 0 ? 'none pending' : `${count(pending.value)} pending`),
  },
  { key: 'deliveryRate', label: 'Delivery rate', rise: 'good', behind: ({ delivered }) => `${count(delivered.value)} delivered` },
  { key: 'softBounceRate', label: 'Soft bounce rate', rise: 'bad', behind: ({ softBounces }) => `${count(softBounces.value)} soft` },
  { key: 'hardBounceRate', label: 'Hard bounce rate', rise: 'bad', behind: ({ hardBounces }) => `${count(hardBounces.value)} hard` },
];

/** The four numbers of the period, each against the previous period of the same length. */
export function Indicators({ overview, zone }: { overview: UseQueryResult<Overview>; zone: string }) {
  if (overview.data === undefined && overview.error) {
    return <Failed what="The indicators" error={overview.error} retry={() => void overview.refetch()} />;
  }

  const { data } = overview;

  return (
    <section className="indicators" aria-label="Indicators" data-stale={overview.isPlaceholderData || undefined}>
      {kinds.map((kind) => (
        <div key={kind.key} className="panel indicator" data-indicator={kind.key}>
          <h2>{kind.label}</h2>
          {data === undefined ? (
            <div role="status" aria-label={`Loading ${kind.label}`}>
              <Skeleton height={36} width="55%" />
              <Skeleton height={16} mt={9} width="80%" />
            </div>
          ) : (
            <Content kind={kind} overview={data} zone={zone} />
          )}
        </div>
      ))}
    </section>
  );
}

function Content({ kind, overview, zone }: { kind: Kind; overview: Overview; zone: string }) {
  const figure = overview[kind.key];
  const isCount = kind.key === 'recipients';

  return (
    <>
      <p className="indicator-value">{isCount ? count(overview.recipients.value) : rate(figure.value)}</p>
      <p className="indicator-line">
        <Change figure={figure} rise={kind.rise} isCount={isCount} overview={overview} zone={zone} />
        <span className="muted">{kind.behind(overview)}</span>
      </p>
    </>
  );
}

function Change({ figure, rise, isCount, overview, zone }: {
  figure: ComparedCount | ComparedRate;
  rise: Kind['rise'];
  isCount: boolean;
  overview: Overview;
  zone: string;
}) {
  const { previousFrom, previousTo } = overview.period;
  const range = dayRange(previousFrom, previousTo, zone);
  if (figure.change === null) {
    return (
      <span className="change" title={`Nothing was sent in the previous period (${range}).`}>
        nothing to compare
      </span>
    );
  }

  const text = isCount ? relativeChange(figure.change) : pointChange(figure.change);
  const moved = Number(text.replace(/[^\d]/g, '')) !== 0;
  const verdict = !moved || rise === 'neutral' ? null : figure.change > 0 === (rise === 'good') ? 'better' : 'worse';
  

  return (
    <span
      className="change"
      data-verdict={verdict ?? 'neutral'}
      title={`Previous period (${range}): ${isCount ? count(overview.recipients.previous) : rate(figure.previous)}`}
    >
      <Icon name={!moved ? 'level' : figure.change > 0 ? 'up' : 'down'} size={14} />
      {text}
      {verdict === null ? null : <span className="verdict">{verdict}</span>}
    </span>
  );
}
