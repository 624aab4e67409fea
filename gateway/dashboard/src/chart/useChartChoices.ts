import { useMediaQuery } from '@mantine/hooks';
import { useSearchParams } from 'wouter';
import { intervalsOf, type Period } from '../period/period';

type Choices = {
  view: 'new' | 'cumulative';
  setView: (view: 'new' | 'cumulative') => void;
  interval: 'hour' | 'day';
  setInterval: (interval: 'hour' | 'day') => void;
  maySwitch: boolean;
};

/** How the chart is cut and summed: in the address, so that it can be sent on. */
export function useChartChoices(period: Period): Choices {
  const [params, setParams] = useSearchParams();
  const narrow = useMediaQuery('(max-width: 47.99em)', undefined, { getInitialValueInEffect: false });
  const { usual, possible } = intervalsOf(period, narrow ?? false);
  const wanted = possible.find((interval) => interval === params.get('interval'));

  const write = (name: string, value: string | null): void =>
    setParams((current) => {
      const next = new URLSearchParams(current);
      if (value === null) {
        next.delete(name);
      } else {
        next.set(name, value);
      }

      return next;
    });

  return {
    view: params.get('view') === 'cumulative' ? 'cumulative' : 'new',
    setView: (view) => write('view', view === 'cumulative' ? view : null),
    interval: wanted ?? usual,
    setInterval: (interval) => write('interval', interval === usual ? null : interval),
    maySwitch: possible.length > 1,
  };
}
