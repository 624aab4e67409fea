import { tn } from '../language/language';
import { mostCounted } from './useWaitingRows';

/** "12 new: show": what arrived since somebody began to read. */
export const NewRows = ({ waiting, show }: { waiting: number; show: () => void }) => (
  <span role="status">
    {waiting === 0 ? null : (
      <button type="button" className="chip" onClick={show}>
        {waiting >= mostCounted ? tn(mostCounted, '{n} or more new: show|{n} or more new: show') : tn(waiting, '{n} new: show|{n} new: show')}
      </button>
    )}
  </span>
);
