import { useQuery } from '@tanstack/react-query';
import { Skeleton } from '@mantine/core';
import { quotaQuery } from '../api/queries';
import type { Quota } from '../api/types';
import { count } from '../format/numbers';
import { clock, day } from '../format/times';
import { Icon } from './Icon';
import { useTimeZone } from './preferences';

/** The month's quota, on every page. */
export function QuotaBar() {
  const quota = useQuery(quotaQuery());
  const zone = useTimeZone();

  if (quota.isPending) {
    return (
      <div className="quota" role="status" aria-label="Loading the quota">
        <Skeleton height={14} width="40%" />
        <Skeleton height={10} mt={8} />
      </div>
    );
  }

  if (quota.data === undefined) {
    return (
      <div className="quota quota-failed" role="alert">
        <Icon name="warning" /> The quota could not be loaded: {quota.error?.message}
      </div>
    );
  }

  return hasLimit(quota.data) ? <Limited quota={quota.data} zone={zone} /> : <Unlimited quota={quota.data} zone={zone} />;
}

type LimitedQuota = Quota & { limit: number };

const hasLimit = (quota: Quota): quota is LimitedQuota => typeof quota.limit === 'number';

function Limited({ quota, zone }: { quota: LimitedQuota; zone: string }) {
  // The server's percentage, cut and not rounded: "100 %" must mean that the quota is used up.
  const percent = quota.percent ?? 100;
  const shown = Math.floor(percent * 10) / 10;
  const text = `${count(quota.used)} of ${count(quota.limit)} recipients used`;
  const name = quota.window === 'day' ? 'Daily quota' : 'Monthly quota';

  return (
    <section className="quota" aria-label={name} data-level={quota.level}>
      <p className="quota-line">
        <strong className="quota-name">{name}</strong>
        <span className="quota-used">
          <b>{count(quota.used)}</b> of <b>{count(quota.limit)}</b> recipients used
          {quota.reserved > 0 ? `, ${count(quota.reserved)} reserved` : ''} · {shown.toLocaleString('en', { maximumFractionDigits: 1 })} %
        </span>
        <Outlook quota={quota} zone={zone} />
      </p>
      <div
        className="quota-track"
        role="progressbar"
        aria-label={text}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.min(100, shown)}
        aria-valuetext={`${text}, ${shown} %`}
      >
        <div className="quota-fill" style={{ width: `${Math.min(100, Math.max(percent, percent > 0 ? 0.5 : 0))}%` }} />
        <span className="quota-mark" aria-hidden="true" />
      </div>
    </section>
  );
}

function Outlook({ quota, zone }: { quota: LimitedQuota; zone: string }) {
  const resets = resetDay(quota.resetsAt, zone);
  if (quota.blocked || quota.level === 'red') {
    return (
      <span className="quota-state quota-red">
        <Icon name="stop" /> Quota reached: mail is blocked until {resets}
      </span>
    );
  }

  const projected = quota.projectedExhaustion
    ? `at this pace used up on ${day(quota.projectedExhaustion, zone)}`
    : null;
  if (quota.level === 'orange') {
    return (
      <span className="quota-state quota-orange">
        <Icon name="warning" /> More than 80 % used{projected ? `, ${projected}` : ''} · resets {resets}
      </span>
    );
  }

  return (
    <span className="quota-state">
      {projected ? `${projected[0]?.toUpperCase()}${projected.slice(1)} · resets ${resets}` : `Resets ${resets}`}
    </span>
  );
}

// The month ends at a midnight of the quota's zone; where that is another hour here, the hour matters.
function resetDay(at: string, zone: string): string {
  const hour = clock(at, zone);

  return hour === '00:00' ? day(at, zone) : `${day(at, zone)}, ${hour}`;
}

const Unlimited = ({ quota, zone }: { quota: Quota; zone: string }) => (
  <section className="quota" aria-label="Monthly quota" data-level="none">
    <p className="quota-line">
      <strong className="quota-name">Monthly quota</strong>
      <span className="quota-used">
        <b>{count(quota.used)}</b> recipients this month, no limit set
      </span>
      <span className="quota-state">Month ends {resetDay(quota.resetsAt, zone)}</span>
    </p>
  </section>
);
