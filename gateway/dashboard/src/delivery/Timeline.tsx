import { useState, type ReactNode } from 'react';
import type { Delivery, DeliveryAttempt, DeliveryStatus } from '../api/types';
import { StatusBadge, statusLabel } from '../activity/StatusBadge';
import { Linked } from '../bounces/Linked';
import { count } from '../format/numbers';
import { clock, clockWithSeconds, day, duration, fullMoment, isSameDay } from '../format/times';
import { t, tn } from '../language/language';
import { Copy } from '../shell/Copy';
import { gapAt, groupsOf, leftOut, nextTry, type AttemptGroup } from './attempts';
import { outcomeLabel, outcomeStatus } from './outcomes';

/** What happened to one delivery, from its acceptance on. */
export function Timeline({ delivery, zone, now }: { delivery: Delivery; zone: string; now: number }) {
  const groups = groupsOf(delivery);
  const gap = gapAt(groups, delivery);
  const due = nextTry(delivery, now);
  const complaints = delivery.earlier.filter(({ status }) => status === 'complained');

  return (
    <ol className="timeline" aria-label={t('What happened')}>
      <Entry at={delivery.acceptedAt} zone={zone} status="accepted" title={t('Accepted')} beside={acceptance(delivery)} />
      {groups.map((group, index) => (
        <Tries key={`${group.first.occurredAt} ${index}`} group={group} gap={index === gap ? leftOut(delivery) : 0} delivery={delivery} zone={zone} />
      ))}
      {complaints.map((complaint) => (
        <Entry
          key={complaint.occurredAt}
          at={complaint.occurredAt}
          since={delivery.acceptedAt}
          zone={zone}
          status="complained"
          title={statusLabel('complained')}
          beside={[t('the recipient reported it as unwanted')]}
        />
      ))}
      {due === null ? null : (
        <li className="timeline-entry" data-next>
          <div className="timeline-time">
            {t('about {time}', { time: clock(due, zone) })} <small>{t('in {duration}', { duration: duration(due - now) })}</small>
          </div>
          <div className="timeline-mark">
            <StatusBadge status="accepted" brief />
          </div>
          <div className="timeline-body">
            <b>{t('Next try')}</b> <span className="small muted">{t('expected from this queue’s own rhythm')}</span>
          </div>
        </li>
      )}
    </ol>
  );
}

function Tries({ group, gap, delivery, zone }: { group: AttemptGroup; gap: number; delivery: Delivery; zone: string }) {
  const [shown, setShown] = useState(false);
  const last = group.alike.at(-1);

  return (
    <>
      {gap === 0 ? null : (
        <li className="timeline-entry">
          <div className="timeline-time" />
          <div className="timeline-mark">…</div>
          <div className="timeline-body small muted">{tn(gap, '{n} try in between is not kept|{n} tries in between are not kept')}</div>
        </li>
      )}
      <Attempt attempt={group.first} number={group.number} delivery={delivery} zone={zone} />
      {last === undefined ? null : shown ? (
        group.alike.map((attempt, index) => (
          <Attempt
            key={`${attempt.occurredAt} ${index}`}
            attempt={attempt}
            number={group.number === 0 ? 0 : group.number + index + 1}
            delivery={delivery}
            zone={zone}
          />
        ))
      ) : (
        <li className="timeline-entry">
          <div className="timeline-time small muted">{t('to {time}', { time: clockOn(last.occurredAt, group.first.occurredAt, zone) })}</div>
          <div className="timeline-mark small">{group.alike.length}×</div>
          <div className="timeline-body small">
            <span className="muted">{tn(group.alike.length, '{n} more try with the same reply|{n} more tries with the same reply')}</span>{' '}
            <button type="button" className="as-link" onClick={() => setShown(true)}>
              {t('show')}
            </button>
          </div>
        </li>
      )}
    </>
  );
}

function Attempt({ attempt, number, delivery, zone }: { attempt: DeliveryAttempt; number: number; delivery: Delivery; zone: string }) {
  const outcome = outcomeLabel(attempt.outcome);
  const title =
    attempt.outcome === 'expired' || attempt.outcome === 'rejected'
      ? outcome.charAt(0).toUpperCase() + outcome.slice(1)
      : number === 0
        ? t('No server asked, {outcome}', { outcome })
        : t('Try {n}, {outcome}', { n: number, outcome });
  const beside = [
    attempt.remoteHost,
    attempt.outgoingIp ? t('from {address}', { address: attempt.outgoingIp }) : null,
    attempt.host && attempt.host !== delivery.host ? t('by {host}', { host: attempt.host }) : null,
  ];

  return (
    <Entry at={attempt.occurredAt} since={delivery.acceptedAt} zone={zone} status={outcomeStatus(attempt.outcome)} title={title} beside={beside}>
      {attempt.reply ? (
        <div className="reply-quote">
          <Linked text={attempt.reply} whole />
          <Copy value={attempt.reply} what={t('the reply')} />
        </div>
      ) : null}
    </Entry>
  );
}

const acceptance = (delivery: Delivery): (string | null)[] => [
  delivery.host ? t('by {host}', { host: delivery.host }) : null,
  delivery.login || delivery.clientAddress ? t('from {client}', { client: [delivery.login, delivery.clientAddress].filter(Boolean).join(', ') }) : null,
  delivery.bytes === null ? null : t('{n} bytes', { n: count(delivery.bytes) }),
  delivery.reservation === null ? null : t('quota reservation {id} taken', { id: delivery.reservation.reservationId }),
];

function Entry({ at, since, zone, status, title, beside, children }: {
  at: string;
  since?: string;
  zone: string;
  status: DeliveryStatus;
  title: string;
  beside: (string | null | undefined)[];
  children?: ReactNode;
}) {
  const facts = beside.filter((fact) => fact);

  return (
    <li className="timeline-entry" data-status={status}>
      <div className="timeline-time">
        <time dateTime={at} title={fullMoment(at, zone)}>
          {clockWithSeconds(at, zone)}
        </time>{' '}
        <small>{since === undefined ? day(at, zone) : after(since, at, zone)}</small>
      </div>
      <div className="timeline-mark" aria-hidden="true">
        <StatusBadge status={status} brief />
      </div>
      <div className="timeline-body">
        <b>{title}</b>
        {facts.length === 0 ? null : (
          <>
            {' '}
            <bdi className="small muted">{facts.join(' · ')}</bdi>
          </>
        )}
        {children}
      </div>
    </li>
  );
}

/** "2 s after"; the day too where it is another one. */
const after = (since: string, at: string, zone: string): string => {
  const passed = t('{duration} after', { duration: duration(Date.parse(at) - Date.parse(since)) });

  return isSameDay(since, at, zone) ? passed : `${day(at, zone)} · ${passed}`;
};

const clockOn = (value: string, other: string, zone: string): string =>
  isSameDay(value, other, zone) ? clock(value, zone) : `${day(value, zone)}, ${clock(value, zone)}`;
