import { useQuery } from '@tanstack/react-query';
import { attemptsQuery, type AttemptFilter } from '../api/queries';
import type { AttemptPoint, Incident } from '../api/types';
import { attemptsOf, failedOf, rateOf, rollingRates, slotsOf, stepOf, sumOf } from '../chart/attemptSlots';
import { line } from '../chart/paths';
import { domainName } from '../format/idn';
import { count, rate } from '../format/numbers';
import { t } from '../language/language';
import { Failed, Panel, Placeholder } from '../shell/states';
import { receiverName } from './incidentTexts';
import { slotStart, spanOf } from './useCourse';

// Fewer attempts since the change prove nothing.
const fewest = 20;
const shown = 5;

/** What is normal beside it: the same domain at other receivers, other domains at the same receiver. */
export function Beside({ incident, now }: { incident: Incident; now: number }) {
  const { domain, provider, kind } = incident;
  if (kind === 'silence' || (!domain && !provider)) {
    return null;
  }

  return (
    <Panel title={t('What is normal beside it')} sub={t('attempts that fail since the change, and before it')}>
      {provider ? (
        <Group
          title={domain ? t('{domain} at other receivers', { domain: domainName(domain) }) : t('Other receivers')}
          incident={incident}
          now={now}
          by="provider"
          question={domain ? { domain } : {}}
          own={provider}
          name={receiverName}
        />
      ) : null}
      {domain ? (
        <Group
          title={provider ? t('{receiver} with your other domains', { receiver: receiverName(provider) }) : t('Your other domains')}
          incident={incident}
          now={now}
          by="domain"
          question={provider ? { provider } : {}}
          own={domain}
          name={domainName}
        />
      ) : null}
    </Panel>
  );
}

function Group({ title, incident, now, by, question, own, name }: {
  title: string;
  incident: Incident;
  now: number;
  by: 'provider' | 'domain';
  question: AttemptFilter;
  own: string;
  name: (key: string) => string;
}) {
  const { from, to, interval, window } = spanOf(incident, now);
  const attempts = useQuery(attemptsQuery({ ...question, from, to, interval, by: [by, 'outcome'], limit: shown + 1 }));
  if (attempts.data === undefined) {
    return attempts.error ? (
      <Failed what={title} error={attempts.error} retry={() => void attempts.refetch()} />
    ) : (
      <Placeholder height={110} label={title} />
    );
  }

  const others = new Map<string, AttemptPoint[]>();
  for (const point of attempts.data.points) {
    const key = point[by];
    if (key && key !== own && key !== 'other') {
      others.set(key, [...(others.get(key) ?? []), point]);
    }
  }
  const closed = incident.closedAt ? Date.parse(incident.closedAt) : Infinity;
  const started = slotStart(incident, window.step);
  const cells = [...others]
    .map(([key, points]) => {
      const slots = slotsOf(points, window.from, window.to, stepOf[window.step]);

      return {
        key,
        slots: slots.filter(({ start }) => start <= now),
        since: sumOf(slots.filter(({ start }) => start >= started && start < closed)),
        before: sumOf(slots.filter(({ start }) => start < started)),
      };
    })
    .sort((left, right) => attemptsOf(right.since) - attemptsOf(left.since))
    .slice(0, shown);

  return (
    <div role="group" aria-label={title}>
      <h3 className="beside-title">{title}</h3>
      {cells.length === 0 ? (
        <p className="beside-none muted">{t('There were no attempts beside it.')}</p>
      ) : (
        <ul className="beside-cells">
          {cells.map(({ key, slots, since, before }) => (
            <li key={key}>
              <bdi className="cut" title={key}>
                {name(key)}
              </bdi>
              {attemptsOf(since) < fewest ? (
                <span className="small muted">{t('{n} attempts: too few to say', { n: count(attemptsOf(since)) })}</span>
              ) : (
                <>
                  <Course rates={rollingRates(slots, 10, 6)} />
                  <span className="small">
                    {rate(rateOf(failedOf(since), attemptsOf(since)))}{' '}
                    <span className="muted">{t('before {rate}', { rate: rate(rateOf(failedOf(before), attemptsOf(before))) })}</span>
                  </span>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const width = 120;
const height = 24;

/** From none to all: the scale is the incident's own. */
const Course = ({ rates }: { rates: (number | null)[] }) => (
  <svg className="spark" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
    <path
      d={line(rates.map((value, index) =>
        value === null ? null : { x: (index / Math.max(1, rates.length - 1)) * width, y: height - 2 - (value / 100) * (height - 4) },
      ))}
    />
  </svg>
);
