import { Link } from 'wouter';
import { Empty } from './states';

/** No mail in the period: what a reader can do about it. */
export const NothingYet = () => (
  <Empty title="No mail in this period">
    <p>
      Choose a longer period, or bring mail in: read a mail server's log with the collector, post events to{' '}
      <code>/v1/events</code>, or point a provider's webhook here.
    </p>
    <p>
      <Link href="/settings">Settings</Link> shows when statistics were last collected.
    </p>
  </Empty>
);
