import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import type { ErrorEvent } from '../api/types';
import { StatusBadge } from '../activity/StatusBadge';
import { bytes, count } from '../format/numbers';
import { fullMoment } from '../format/times';
import { t } from '../language/language';
import { Copy } from '../shell/Copy';
import { Icon } from '../shell/Icon';
import { Address, Domain } from '../table/Address';
import { Fact } from '../table/Fact';
import { adviceOf } from './advice';
import { Linked } from './Linked';
import { reasonName } from './reasons';
import { SmtpCode } from './ReasonTable';

/** All of one event, beside the list: J and K walk on. */
export function EventDrawer({ event, zone, place, total, onStep, onClose }: {
  event: ErrorEvent | undefined;
  zone: string;
  place: number;
  total: number;
  onStep: (step: number) => void;
  onClose: () => void;
}) {
  const opened = event !== undefined;
  useEffect(() => {
    if (!opened) {
      return;
    }
    const walk = (press: globalThis.KeyboardEvent): void => {
      const step = { j: 1, k: -1 }[press.key];
      if (step !== undefined && !(press.target instanceof HTMLInputElement) && !press.metaKey && !press.ctrlKey) {
        onStep(step);
      }
    };
    window.addEventListener('keydown', walk);

    return () => window.removeEventListener('keydown', walk);
  }, [opened, onStep]);

  const panel = useRef<HTMLDivElement>(null);
  const before = useRef<Element | null>(null);
  useEffect(() => {
    if (opened) {
      before.current = document.activeElement;
      panel.current?.focus({ preventScroll: true });

      return () => (before.current instanceof HTMLElement ? before.current.focus({ preventScroll: true }) : undefined);
    }

    return undefined;
  }, [opened]);

  return event === undefined ? null : (
    <div ref={panel} className="drawer" role="dialog" aria-label={t('Error event')} tabIndex={-1} onKeyDown={(press) => (press.key === 'Escape'
      ? onClose() : undefined)}>
      <div className="drawer-head">
        <h2>{t('Error event')}</h2>
        <button type="button" className="icon-btn" aria-label={t('Close')} title={t('Close')} onClick={onClose}>
          <Icon name="cross" />
        </button>
      </div>
        <div className="event-details">
          <p>
            <StatusBadge status={event.status} />
          </p>
          <h3>{reasonName(event.reason)}</h3>
          <p>{adviceOf(event.reason, event.advice)}</p>
          {event.detail ? (
            <div className="reply-quote">
              <Linked text={event.detail} documentation={event.documentation} />
              <Copy value={event.detail} what={t('the reply')} />
            </div>
          ) : null}
          <dl className="facts">
            <Fact name={t('Date/Time')}>{fullMoment(event.occurredAt, zone)}</Fact>
            <Fact name={t('Queue ID')} copy={event.queueId}>
              <code>{event.queueId ?? '–'}</code>
            </Fact>
            <Fact name={t('From')} copy={event.from}>
              <Address value={event.from} />
            </Fact>
            <Fact name={t('From domain')} copy={event.fromDomain}>
              <Domain value={event.fromDomain} />
            </Fact>
            <Fact name={t('To')} copy={event.to}>
              <Address value={event.to} />
            </Fact>
            <Fact name={t('SMTP code')}>
              <SmtpCode code={event.smtpCode} enhanced={event.enhancedCode} />
            </Fact>
            <Fact name={t('Unknown code')}>{event.unknownCode ? t('yes') : t('no')}</Fact>
            <Fact name={t('Bytes')}>{event.bytes === null ? '–' : `${count(event.bytes)} (${bytes(event.bytes)})`}</Fact>
            <Fact name={t('Retry count')}>{count(event.retryCount)}</Fact>
            <Fact name={t('Last try')}>{fullMoment(event.lastTry, zone)}</Fact>
            <Fact name={t('Spam score')}>{event.spamScore === null ? '–' : event.spamScore.toFixed(1)}</Fact>
          </dl>
          <p>
            <Link href={`/activity/${event.id}`}>{t('Every attempt of this delivery')}</Link>
          </p>
          <p className="panel-tools">
            <Button size="xs" variant="default" leftSection={<Icon name="up" size={14} />} disabled={place <= 0} onClick={() => onStep(-1)}>
              {t('Previous')} <kbd>K</kbd>
            </Button>
            <Button size="xs" variant="default" leftSection={<Icon name="down" size={14} />} disabled={place >= total - 1} onClick={() => onStep(1)}>
              {t('Next')} <kbd>J</kbd>
            </Button>
          </p>
        </div>
    </div>
  );
}
