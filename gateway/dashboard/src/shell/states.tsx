import { Button, Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { remedy } from '../api/problem';
import { t } from '../language/language';
import { Icon, type IconName } from './Icon';

/** A part of a page with a heading of its own. */
export const Panel = ({ title, sub, aside, className = '', children }: {
  title: string;
  sub?: ReactNode;
  aside?: ReactNode;
  className?: string;
  children: ReactNode;
}) => (
  <section className={`panel ${className}`} aria-label={title}>
    <div className="panel-head">
      <h2>{title}</h2>
      {sub === undefined ? null : <span className="sub">{sub}</span>}
      {aside === undefined ? null : <div className="aside">{aside}</div>}
    </div>
    {children}
  </section>
);

/** The head of a page: its name, what it is about, and what can be done. */
export const PageHead = ({ title, when, crumb, children }: { title: ReactNode; when?: ReactNode; crumb?: ReactNode; children?: ReactNode }) => (
  <div className="page-head">
    <div>
      {crumb === undefined ? null : <div className="crumb">{crumb}</div>}
      <div className="title-line">{title}</div>
      {when === undefined ? null : <div className="when">{when}</div>}
    </div>
    {children === undefined ? null : <div className="page-tools">{children}</div>}
  </div>
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
  <Empty title={t('Nothing found yet')} icon="search">
    {t('Only the latest mail was searched. “Older” continues the search; a shorter period or another filter is faster.')}
  </Empty>
);

/** What happened, what to do, and a way to try again. */
export const Failed = ({ what, error, retry }: { what: string; error: Error; retry?: () => void }) => (
  <div className="failed" role="alert">
    <Icon name="warning" size={20} />
    <div>
      <p className="failed-title">{t('{what} could not be loaded.', { what })}</p>
      <p>
        {error.message} {remedy(error)}
      </p>
    </div>
    {retry === undefined ? null : (
      <Button size="xs" variant="default" onClick={retry}>
        {t('Try again')}
      </Button>
    )}
  </div>
);

/** Holds the place of what is on its way, so that nothing jumps when it comes. */
export const Placeholder = ({ height, label }: { height: number; label: string }) => (
  <div role="status" aria-label={t('Loading {what}', { what: label })}>
    <Skeleton height={height} radius="sm" />
  </div>
);
