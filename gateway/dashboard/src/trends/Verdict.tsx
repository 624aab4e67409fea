import { fineRate, pointChange } from '../format/numbers';
import { rateOf } from '../chart/attemptSlots';
import { t } from '../language/language';
import type { Compared } from './trends';

/** A rate and its change, which says whether it is more than chance. A rise is bad. */
export const Rated = ({ of }: { of: Compared }) => (
  <span className="stack">
    <b>{fineRate(rateOf(of.now, of.of))}</b>
    <ChangeOf of={of} />
  </span>
);

export function ChangeOf({ of: { now, of, before, ofBefore, verdict } }: { of: Compared }) {
  const [rate, rateBefore] = [rateOf(now, of), rateOf(before, ofBefore)];
  const title = t('before: {rate}', { rate: fineRate(rateBefore) });
  if (rate === null || rateBefore === null) {
    return <span className="small muted">{t('nothing to compare')}</span>;
  }

  return verdict === 'changed' ? (
    <span className="change small" data-verdict={rate > rateBefore ? 'worse' : 'better'} title={title}>
      {`${pointChange(rate - rateBefore, rate < 1 && rateBefore < 1)}, ${rate > rateBefore ? t('worse') : t('better')}`}
    </span>
  ) : (
    <span className="small muted nowrap" title={title}>
      {verdict === 'same' ? t('no real change') : t('too few to say')}
    </span>
  );
}
