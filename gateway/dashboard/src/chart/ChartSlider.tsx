import type { KeyboardEvent, PointerEvent, ReactNode, Ref } from 'react';
import { t } from '../language/language';

/** A chart that is walked along: arrow keys go from point to point, and each is read out with its numbers. */
export function ChartSlider({ ref, label, points, last, index, spoken, walkTo, point, leave, children }: {
  ref: Ref<HTMLDivElement>;
  label: string;
  /** How many there are; the last that has begun, below zero where none has; the one that is looked at. */
  points: number;
  last: number;
  index: number | null;
  spoken: string | undefined;
  walkTo: (index: number) => void;
  point: (event: PointerEvent<HTMLDivElement>) => void;
  leave: () => void;
  children: ReactNode;
}) {
  const end = Math.max(0, last);
  const walk = (event: KeyboardEvent): void => {
    const here = index ?? end;
    const next = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: end }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      walkTo(Math.min(end, Math.max(0, next)));
    } else if (event.key === 'Escape') {
      leave();
    }
  };

  return (
    <div
      ref={ref}
      role="slider"
      tabIndex={0}
      aria-label={t('{chart}. Left and right arrow keys move along the time.', { chart: label })}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, points - 1)}
      aria-valuenow={index ?? end}
      aria-valuetext={spoken ?? t('No data')}
      onKeyDown={walk}
      onPointerMove={point}
      onPointerLeave={leave}
      onBlur={leave}
    >
      {children}
    </div>
  );
}
