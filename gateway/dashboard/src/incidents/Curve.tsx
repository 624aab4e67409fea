import type { Incident } from '../api/types';
import { attemptsOf, failedOf, rateOf, type Slot } from '../chart/course';
import { line } from '../chart/paths';
import { useCourse } from './useCourse';

const width = 150;
const height = 30;

/** The rate around an incident, small: the moment is dashed, the time that it was open has a ground. */
export function Curve({ incident, now }: { incident: Incident; now: number }) {
  const { data } = useCourse(incident, now);

  return (
    <svg className="curve" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {data === undefined ? null : <Drawing incident={incident} slots={data.slots} from={data.from} to={data.to} now={now} />}
    </svg>
  );
}

function Drawing({ incident, slots, from, to, now }: { incident: Incident; slots: Slot[]; from: number; to: number; now: number }) {
  const x = (time: number): number => ((Math.min(to, Math.max(from, time)) - from) / Math.max(1, to - from)) * width;
  const silence = incident.kind === 'silence';
  const most = Math.max(1, ...slots.map(attemptsOf));
  const began = Date.parse(incident.startedAt);
  const ended = incident.closedAt ? Date.parse(incident.closedAt) : now;
  const values = merged(slots, 40).filter(({ start }) => start <= now);

  return (
    <>
      <rect className="span" x={x(began)} width={Math.max(2, x(ended) - x(began))} y="0" height={height} data-open={incident.closedAt ? undefined : true} />
      {silence ? null : <rect className="usual" x="0" width={width} y={height - 2 - incident.usualRate * (height - 6)} height="2" />}
      <line className="moment" x1={x(began)} x2={x(began)} y1="0" y2={height} />
      <path
        d={line(values.map((slot) => {
          const value = silence ? attemptsOf(slot) / most : (rateOf(failedOf(slot), attemptsOf(slot)) ?? -1) / 100;

          return value < 0 ? null : { x: x(slot.start), y: height - 2 - value * (height - 6) };
        }))}
      />
    </>
  );
}

/** At most so many points: a curve of 150 pixels shows no more. */
function merged(slots: Slot[], most: number): Slot[] {
  const size = Math.max(1, Math.ceil(slots.length / most));

  return slots.reduce<Slot[]>((found, slot, index) => {
    const last = found.at(-1);
    if (index % size === 0 || last === undefined) {
      return [...found, { ...slot }];
    }
    for (const key of ['delivered', 'deferred', 'soft', 'hard'] as const) {
      last[key] += slot[key];
    }

    return found;
  }, []);
}
