import type { Incident } from '../api/types';
import { Course, figure, type Lane } from '../chart/Course';
import { attemptsOf, failedOf, rateOf, type Slot } from '../chart/attemptSlots';
import { rate } from '../format/numbers';
import { clock, hour } from '../format/times';
import { t } from '../language/language';
import { Failed, Placeholder } from '../shell/states';
import { when } from './incidentTexts';
import { useCourse } from './useCourse';

const room = 26 + 18;

/** The attempts around an incident, with the moment of the change marked. `brief`: the rate alone. */
export function IncidentChart({ incident, zone, now, label, brief = false }: {
  incident: Incident;
  zone: string;
  now: number;
  label: string;
  brief?: boolean;
}) {
  const { data, error, refetch } = useCourse(incident, now);
  const silence = incident.kind === 'silence';
  const height = brief ? 96 : silence ? 160 : 120 + 120 + 42;

  if (data === undefined) {
    return error ? (
      <Failed what={t('The chart')} error={error} retry={refetch} />
    ) : (
      <div className="panel-body">
        <Placeholder height={height + room} label={t('the chart')} />
      </div>
    );
  }

  const volume: Lane<Slot> = {
    title: data.step === 'hour' ? t('Attempts per hour') : t('Attempts per 5 minutes'),
    height: silence ? height : 120,
    bars: [
      { className: 'delivered', of: (slot) => slot.delivered },
      { className: 'pending', of: (slot) => slot.deferred },
      { className: 'soft', of: (slot) => slot.soft },
      { className: 'hard', of: (slot) => slot.hard },
    ],
  };
  const rates: Lane<Slot> = {
    title: t('Attempts that fail, per cent'),
    height: brief ? height : 120,
    percent: true,
    usual: incident.usualRate * 100,
    lines: [{ className: 'rate-line', of: (slot) => data.rates[data.slots.indexOf(slot)] ?? null }],
  };

  return (
    <>
      <Course
        label={label}
        points={data.slots}
        end={data.to}
        zone={zone}
        now={now}
        lanes={silence ? [volume] : brief ? [rates] : [rates, volume]}
        spans={[{ from: Date.parse(incident.startedAt), to: incident.closedAt ? Date.parse(incident.closedAt) : null, open: !incident.closedAt }]}
        moment={{
          at: Date.parse(incident.startedAt),
          title: brief ? when(incident.startedAt, zone, now) : t('{time}, the change', { time: when(incident.startedAt, zone, now) }),
          text: brief ? '' : t('noticed {time}', { time: clock(incident.openedAt, zone) }),
        }}
        name={(slot) => hour(slot.start, zone)}
        figures={(slot) => [
          figure(t('Attempts'), attemptsOf(slot)),
          figure(t('Delivered'), slot.delivered, 'delivered'),
          figure(t('Deferred'), slot.deferred, 'pending'),
          figure(t('Soft bounces'), slot.soft, 'softBounces'),
          figure(t('Hard bounces'), slot.hard, 'hardBounces'),
          { label: t('Fail'), value: rate(rateOf(failedOf(slot), attemptsOf(slot))) },
        ]}
      />
      {brief ? null : (
        <div className="legend">
          {([['delivered', t('Delivered')], ['pending', t('Deferred')], ['softBounces', t('Soft bounces')], ['hardBounces', t('Hard bounces')]] as const).map(
            ([key, text]) => (
              <span key={key} className="item">
                <i className="swatch" data-series={key} aria-hidden="true" />
                {text}
              </span>
            ),
          )}
          <span className="item">
            <i className="swatch" data-series="usual" aria-hidden="true" />
            {t('usual: {rate}', { rate: rate(incident.usualRate * 100) })}
          </span>
        </div>
      )}
    </>
  );
}
