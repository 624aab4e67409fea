import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { t } from '../language/language';
import { isMissingPart, reloadWhenAnswered, wasJustReloaded } from '../reload';
import { Icon } from './Icon';

/** A page that fails says so; the navigation around it goes on working. What a reload mends is reloaded. */
export class PageBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  #giveUp: () => void = () => undefined;

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidCatch(error: unknown): void {
    if (isMissingPart(error) && !wasJustReloaded()) {
      this.#reload();
    }
  }

  override componentWillUnmount(): void {
    this.#giveUp();
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
              ? t('The server is away, or a new version was installed. The page loads again when the server answers.')
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
    this.#giveUp();
    this.#giveUp = reloadWhenAnswered();
  };
}
