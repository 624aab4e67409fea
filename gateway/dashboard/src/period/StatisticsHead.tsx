import type { ReactNode } from 'react';
import type { Overview } from '../api/types';
import { UpdateButton } from '../collections/UpdateButton';
import { PageHead } from '../shell/states';
import { PeriodLine } from './PeriodLine';
import { PeriodPicker } from './PeriodPicker';

/** The head of every statistics view: what it is about and of when, what narrows it, the period, and Update. */
export const StatisticsHead = ({ title, crumb, period, filters }: {
  title: ReactNode;
  crumb?: ReactNode;
  /** The period of the numbers, as the server understood it; absent while it is on its way. */
  period: Overview['period'] | undefined;
  filters?: ReactNode;
}) => (
  <PageHead title={title} when={<PeriodLine period={period} />} {...(crumb === undefined ? {} : { crumb })}>
    {filters}
    <PeriodPicker />
    <UpdateButton />
  </PageHead>
);
