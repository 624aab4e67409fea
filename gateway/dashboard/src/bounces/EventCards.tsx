import type { ErrorEvent } from '../api/types';
import { StatusBadge } from '../activity/StatusBadge';
import { moment } from '../format/times';
import { Address } from '../table/Address';
import { adviceOf } from './advice';
import { eventKey } from './eventColumns';
import { reasonName } from './reasons';
import { SmtpCode } from './ReasonTable';

/** Error events on a phone: four lines each, the rest behind a touch. */
export const EventCards = ({ label, rows, zone, onOpen, stale }: {
  label: string;
  rows: ErrorEvent[];
  zone: string;
  onOpen: (key: string) => void;
  stale: boolean;
}) => (
  <ul className="cards event-cards" aria-label={label} data-stale={stale || undefined}>
    {rows.map((row) => (
      <li key={eventKey(row)}>
        <button type="button" className="row-open" aria-haspopup="dialog" onClick={() => onOpen(eventKey(row))}>
          <span className="event-line">
            <b className="cut">
              <Address value={row.to} />
            </b>
            <time dateTime={row.occurredAt}>{moment(row.occurredAt, zone)}</time>
          </span>
          <span className="event-line">
            <StatusBadge status={row.status} />
            <SmtpCode code={row.smtpCode} enhanced={row.enhancedCode} />
          </span>
          <span className="cut small">
            <b>{reasonName(row.reason)}.</b> {adviceOf(row.reason, row.advice)}
          </span>
          <span className="cut small muted">
            <Address value={row.from} />
          </span>
        </button>
      </li>
    ))}
  </ul>
);
