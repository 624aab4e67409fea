import { t } from '../language/language';
import { mostCounted } from './useWaitingRows';

/** "12 new: show": what arrived since somebody began to read. */
export const NewRows = ({ waiting, show }: { waiting: number; show: () => void }) => (
  <span role="status">
    {waiting === 0 ? null : (
      <button type="button" className="chip" onClick={show}>
        {waiting >= mostCounted ? t('{n} or more new: show', { n: mostCounted }) : t('{n} new: show', { n: waiting })}
      </button>
    )}
  </span>
);
