import '@mantine/dates/styles.css';
import 'dayjs/locale/fr';
import { DatePickerInput } from '@mantine/dates';
import { useEffect, useState } from 'react';
import { language, t } from '../language/language';
import type { Period } from './period';

/** Two days on a calendar; the address follows when both are chosen. */
export default function CustomRange({
  period,
  choose,
}: {
  period: { from: string; to: string };
  choose: (period: Period) => void;
}) {
  const [range, setRange] = useState<[string | null, string | null]>([period.from, period.to]);
  useEffect(() => setRange([period.from, period.to]), [period.from, period.to]);

  return (
    <DatePickerInput
      type="range"
      size="xs"
      aria-label={t('Custom range')}
      valueFormat="D MMM YYYY"
      allowSingleDateInRange
      firstDayOfWeek={1}
      locale={language()}
      value={range}
      onChange={(next) => {
        setRange(next);
        const [from, to] = next;
        if (from !== null && to !== null) {
          choose({ from, to });
        }
      }}
    />
  );
}
