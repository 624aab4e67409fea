import type { Incident } from '../api/types';
import { attemptsOf, type Slot } from '../chart/attemptSlots';
import { line } from '../chart/paths';
import { useCourse } from './useCourse';

const width = 150;
const height = 30;
// A curve of 150 pixels shows no more points.
const most = 75;

/** The rate around an incident, small: the moment is dashed, the time that it was open has a ground. */
export function Curve({ incident, now }: { incident: Incident; now: number }) {
  const { data } = useCourse(incident, now);

  return (
    <svg className="curve" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {data === undefined ? null : <Drawing incident={incident} slots={data.slots} rates={data.rates} from={data.from} to={data.to} now={now} />}
    </svg>
  );
}

function Drawing({ incident, slots, rates, from, to, now }: {
  incident: Incident;
  slots: Slot[];
  rates: (number | null)[];
  from: number;
  to: number;
  now: number;
}) {
  const x = (time: number): number => ((Math.min(to, Math.max(from, time)) - from) / Math.max(1, to - from)) * width;
  const silence = incident.kind === 'silence';
  const highest = Math.max(1, ...slots.map(attemptsOf));
  const began = Date.parse(incident.startedAt);
  const ended = incident.closedAt ? Date.parse(incident.closedAt) : now;
  const every = Math.max(1, Math.floor(slots.length / most));

  return (
    <>
      <rect className="span" x={x(began)} width={Math.max(2, x(ended) - x(began))} y="0" height={height} data-open={incident.closedAt ? undefined : true} />
      {silence ? null : <rect className="usual" x="0" width={width} y={height - 2 - incident.usualRate * (height - 6)} height="2" />}
      <line className="moment" x1={x(began)} x2={x(began)} y1="0" y2={height} />
      <path
        d={line(slots.flatMap((slot, index) => {
          const value = silence ? attemptsOf(slot) / highest : (rates[index] ?? -1) / 100;

          return slot.start > now || index % every !== 0 || value < 0 ? [] : [{ x: x(slot.start), y: height - 2 - value * (height - 6) }];
        }))}
      />
    </>
  );
}
