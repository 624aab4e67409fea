import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { t } from '../language/language';
import { Icon } from './Icon';

const reloadedAt = 'mailstats.reloadedAt';
const notTwiceWithin = 30_000;

/** A part of the program that could not be loaded: a new version was installed meanwhile, or the network is gone. */
const isMissingPart = (error: Error): boolean => /dynamically imported module|importing a module script|Failed to fetch/i.test(error.message);

/** A page that fails says so; the navigation around it goes on working. What a reload mends is reloaded. */
export class PageBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidCatch(error: unknown): void {
    if (!(error instanceof Error) || !isMissingPart(error)) {
      return;
    }

    const last = Number(window.sessionStorage.getItem(reloadedAt) ?? 0);
    if (navigator.onLine && Date.now() - last > notTwiceWithin) {
      this.#reload();
    } else {
      window.addEventListener('online', this.#reload, { once: true });
    }
  }

  override componentWillUnmount(): void {
    window.removeEventListener('online', this.#reload);
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) {
      return this.props.children;
    }

    return (
      <div className="panel failed" role="alert">
        <Icon name="warning" size={20} />
        <div>
          <h1 className="failed-title">{isMissingPart(error) ? t('This page could not be loaded.') : t('This page could not be shown.')}</h1>
          <p>
            {isMissingPart(error)
              ? t('The server is away, or a new version was installed. The page loads again when the network is back.')
              : error.message}
          </p>
        </div>
        <Button size="xs" variant="default" onClick={this.#reload}>
          {t('Load it again')}
        </Button>
      </div>
    );
  }

  readonly #reload = (): void => {
    window.sessionStorage.setItem(reloadedAt, String(Date.now()));
    window.location.reload();
  };
}
