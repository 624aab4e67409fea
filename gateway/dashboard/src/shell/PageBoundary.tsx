import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { Icon } from './Icon';

/** A page that fails says so; the navigation around it goes on working. */
export class PageBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
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
          <p className="failed-title">This page could not be shown.</p>
          <p>{error.message}</p>
        </div>
        <Button size="xs" variant="default" onClick={() => window.location.reload()}>
          Load it again
        </Button>
      </div>
    );
  }
}
