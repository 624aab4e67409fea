import { line } from '../chart/paths';

const width = 110;
const height = 24;

/** The course of a rate from zero to its own height: its numbers stand beside it. */
export function Sparkline({ values }: { values: (number | null)[] }) {
  const most = Math.max(0.1, ...values.map((value) => value ?? 0));

  return (
    <svg className="curve" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <path
        d={line(values.map((value, index) =>
          value === null ? null : { x: (index / Math.max(1, values.length - 1)) * width, y: height - 1 - (value / most) * (height - 3) },
        ))}
      />
    </svg>
  );
}
