import { Button, Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon, type IconName } from './Icon';

/** A part of a page with a heading of its own. */
export const Panel = ({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) => (
  <section className="panel" aria-label={title}>
    <div className="panel-head">
      <h2>{title}</h2>
      {aside}
    </div>
    {children}
  </section>
);

/** Nothing to show, and what to do next. */
export const Empty = ({ title, children, icon = 'inbox' }: { title: string; children?: ReactNode; icon?: IconName }) => (
  <div className="empty">
    <Icon name={icon} size={28} />
    <p className="empty-title">{title}</p>
    {children === undefined ? null : <div className="empty-text">{children}</div>}
  </div>
);

/** A search that has not come to its end: saying "nothing" would be a guess. */
export const NotFoundYet = () => (
  <Empty title="Nothing found yet" icon="search">
    Only the latest mail was searched. “Older” continues the search; a shorter period or another filter is faster.
  </Empty>
);

/** What happened, and a way to try again. */
export const Failed = ({ what, error, retry }: { what: string; error: Error; retry?: () => void }) => (
  <div className="failed" role="alert">
    <Icon name="warning" size={20} />
    <div>
      <p className="failed-title">{what} could not be loaded.</p>
      <p>{error.message}</p>
    </div>
    {retry === undefined ? null : (
      <Button size="xs" variant="default" onClick={retry}>
        Try again
      </Button>
    )}
  </div>
);

/** Holds the place of what is on its way, so that nothing jumps when it comes. */
export const Placeholder = ({ height, label }: { height: number; label: string }) => (
  <div role="status" aria-label={`Loading ${label}`}>
    <Skeleton height={height} radius="sm" />
  </div>
);
