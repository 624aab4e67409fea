import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { callerQuery, policyStatusQuery, quotaQuery } from '../api/queries';
import type { PolicyStatus, Quota } from '../api/types';
import { count, percent } from '../format/numbers';
import { dayAndTime } from '../format/times';
import { t, tn } from '../language/language';
import { Text } from '../language/Text';
import { Help } from './Help';
import { Icon } from './Icon';
import { useTimeZone } from './preferences';
import { outlook } from './quotaSentence';

type LimitedQuota = Quota & { limit: number };

const hasLimit = (quota: Quota): quota is LimitedQuota => quota.limit !== null;

/** The month's quota, on every page. */
export function QuotaBar() {
  const quota = useQuery(quotaQuery());
  const zone = useTimeZone();

  if (quota.isPending) {
    return (
      <div className="quota" data-level="none" role="status" aria-label={t('Loading {what}', { what: t('the quota') })}>
        <Skeleton height={12} />
      </div>
    );
  }

  if (quota.data === undefined) {
    return (
      <div className="quota quota-failed" role="alert">
        <Icon name="warning" /> {t('The quota could not be loaded: {why}', { why: quota.error?.message ?? '' })}
      </div>
    );
  }

  return hasLimit(quota.data) ? <Limited quota={quota.data} zone={zone} /> : <Unlimited quota={quota.data} zone={zone} />;
}

function Limited({ quota, zone }: { quota: LimitedQuota; zone: string }) {
  const caller = useQuery(callerQuery());
  const mayKnow = caller.data?.scopes.includes('admin') === true;
  // Who asks matters when there is nothing left: before, nobody is refused.
  const status = useQuery({ ...policyStatusQuery(), enabled: mayKnow && quota.level === 'red' });
  const asked: PolicyStatus | 'unknown' | undefined = mayKnow ? status.data : caller.data === undefined ? undefined : 'unknown';

  // What is reserved is taken: the text counts it as the bar does.
  const taken = quota.used + quota.reserved;
  const whole = quota.limit === 0 ? 100 : (taken / quota.limit) * 100;
  // Cut and not rounded: "100%" must mean that the quota is used up.
  const shown = Math.floor(whole * 10) / 10;
  const name = quota.window === 'day' ? t('Daily quota') : t('Monthly quota');
  const width = (part: number): number => (quota.limit === 0 ? 100 : Math.min(100, (part / quota.limit) * 100));
  const text = t('{used} of {limit} recipients used', { used: count(taken), limit: count(quota.limit) });

  return (
    <section className="quota" aria-label={name} data-level={quota.level}>
      <span className="quota-used">
        <span className="more">{name} </span>
        <Text of="{used} of {limit}" values={{ used: <b>{count(taken)}</b>, limit: <b>{count(quota.limit)}</b> }} />{' '}
        <span className="more">{t('recipients used')} · </span>
        {percentOf(shown)}
      </span>
      <div
        className="quota-track"
        role="progressbar"
        aria-label={text}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.min(100, shown)}
        aria-valuetext={`${text}, ${percentOf(shown)}`}
      >
        <div className="quota-fill" style={{ width: `${width(quota.used)}%` }} />
        {quota.reserved > 0 ? (
          <div className="quota-held" style={{ left: `${width(quota.used)}%`, width: `${Math.max(0, width(taken) - width(quota.used))}%` }} />
        ) : null}
        <span className="quota-mark" aria-hidden="true" />
      </div>
      <Outlook quota={quota} zone={zone} asked={asked} mayChange={mayKnow} />
    </section>
  );
}

function Outlook({ quota, zone, asked, mayChange }: {
  quota: LimitedQuota;
  zone: string;
  asked: PolicyStatus | 'unknown' | undefined;
  mayChange: boolean;
}) {
  const { icon, strong, rest, wire } = outlook(quota, asked, (at) => dayAndTime(at, zone));

  return (
    <span className="quota-state">
      {icon === null ? null : <Icon name={icon} size={14} />}
      {strong === null ? null : <b>{strong}</b>}
      {rest.length === 0 ? null : <span className="more">{`${strong === null ? '' : '· '}${rest.join(' · ')}`}</span>}
      {wire && mayChange ? <Link href="/settings/mail-servers">{t('Connect a mail server')}</Link> : null}
      {quota.level === 'red' && !wire && mayChange ? <Link href="/settings/quotas">{t('Raise the limit')}</Link> : null}
      <LearnMore />
    </span>
  );
}

const Unlimited = ({ quota, zone }: { quota: Quota; zone: string }) => (
  <section className="quota" aria-label={t('Monthly quota')} data-level="none">
    <span className="quota-used">
      <Text of="{used} this month, no limit set" values={{ used: <b>{tn(quota.used, '{n} recipient|{n} recipients')}</b> }} />
    </span>
    <span className="quota-state">
      <span className="more">{t('Month ends {day}', { day: dayAndTime(quota.resetsAt, zone) })}</span>
      <LearnMore />
    </span>
  </section>
);

const LearnMore = () => (
  <Help topic="quota" className="as-link">
    <span className="more">{t('Learn more')}</span>
    <span className="hidden-text"> {t('about the monthly quota')}</span>
    <span className="only-phone" aria-hidden="true">
      ?
    </span>
  </Help>
);

const percentOf = (value: number): string => percent(value);
