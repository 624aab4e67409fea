import { Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useId, useState, type KeyboardEvent } from 'react';
import { useLocation } from 'wouter';
import { StatusBadge } from '../activity/StatusBadge';
import { foundQuery } from '../api/queries';
import type { FoundDelivery } from '../api/types';
import { recent } from '../format/times';
import { t } from '../language/language';
import { useTimeZone } from '../shell/preferences';
import { SearchHelp } from './SearchHelp';

const wait = 150;

/** Deliveries as one types: arrows choose, Enter opens. */
export default function FindDialog({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const [asked] = useDebouncedValue(text.trim(), wait);
  const [, navigate] = useLocation();
  const zone = useTimeZone();
  const list = useId();
  const found = useQuery({ ...foundQuery(asked), enabled: asked !== '' });
  const rows = asked === '' || found.error ? [] : (found.data?.items ?? []);
  const all = allOf(asked);
  // The last choice is all of them.
  const places = asked === '' || found.error ? [] : [...rows.map(({ id }) => `/deliveries/${encodeURIComponent(id)}`), all];
  const at = Math.min(chosen, Math.max(0, places.length - 1));

  const open = (place: string | undefined): void => {
    if (place !== undefined) {
      onClose();
      navigate(place);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && places.length > 0) {
      event.preventDefault();
      setChosen((at + step + places.length) % places.length);
    } else if (event.key === 'Enter' && text.trim() !== '') {
      event.preventDefault();
      // Faster than the answer: all of them.
      open(asked === text.trim() && !found.isFetching ? places[at] : allOf(text.trim()));
    }
  };

  return (
    <Modal.Root opened onClose={onClose} transitionProps={{ duration: 0 }} lockScroll={false} size="lg" yOffset="10vh">
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body className="finder">
          <Modal.Title className="hidden-text">{t('Find a mail')}</Modal.Title>
          <input
            data-autofocus
            type="search"
            role="combobox"
            aria-label={t('Recipient, sender, subject, queue ID, message ID or the server’s words')}
            aria-expanded={places.length > 0}
            aria-controls={list}
            aria-autocomplete="list"
            aria-activedescendant={places.length > 0 ? `${list}-${at}` : undefined}
            placeholder={t('Recipient, sender, subject, queue ID …')}
            maxLength={500}
            autoComplete="off"
            spellCheck={false}
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setChosen(0);
            }}
            onKeyDown={onKeyDown}
          />
          <div id={list} role="listbox" aria-label={t('Found')} className="found" aria-busy={found.isFetching}>
            {rows.map((row, index) => (
              <Option key={row.id} id={`${list}-${index}`} chosen={index === at} onChoose={() => open(places[index])}>
                <Found row={row} zone={zone} />
              </Option>
            ))}
            {places.length === 0 ? null : (
              <Option id={`${list}-${rows.length}`} chosen={at === rows.length} onChoose={() => open(all)}>
                <span>{t('Show all in Activity')}</span>
              </Option>
            )}
          </div>
          <p className="muted" role="status">
            {state(asked, found.error, found.data === undefined, rows.length)}
          </p>
          {asked === '' ? <SearchHelp /> : null}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

const allOf = (search: string): string => `/activity?${new URLSearchParams({ search, period: 'last-30-days' }).toString()}`;

function state(asked: string, error: Error | null, loading: boolean, rows: number): string {
  if (asked === '') {
    return '';
  }
  if (error !== null) {
    return error.message;
  }
  if (loading) {
    return t('Looking …');
  }

  return rows === 0 ? t('No mail matches. Every word must be the beginning of a word that the mail has.') : '';
}

const Option = ({ id, chosen, onChoose, children }: { id: string; chosen: boolean; onChoose: () => void; children: React.ReactNode }) => (
  <div id={id} role="option" aria-selected={chosen} data-chosen={chosen || undefined} onClick={onChoose}>
    {children}
  </div>
);

const Found = ({ row, zone }: { row: FoundDelivery; zone: string }) => (
  <>
    <StatusBadge status={row.status} brief />
    <bdi className="found-recipient">{row.recipient}</bdi>
    <bdi className="found-subject muted">{row.subject ?? t('(no subject)')}</bdi>
    <time className="muted" dateTime={row.occurredAt}>
      {recent(row.occurredAt, zone)}
    </time>
  </>
);
