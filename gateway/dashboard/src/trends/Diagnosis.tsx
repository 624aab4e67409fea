import { generalAdvice } from '../bounces/advice';
import { reasonName } from '../bounces/reasons';
import { rateOf } from '../chart/attemptSlots';
import { count, fineRate } from '../format/numbers';
import { t, tn } from '../language/language';
import { Icon } from '../shell/Icon';
import { Panel, Placeholder } from '../shell/states';
import { groupOf, type Group, type ReasonTrend } from './trends';
import { ChangeOf } from './Verdict';

const names: Record<Group, string> = {
  authentication: t('Authentication'),
  reputation: t('Reputation'),
  configuration: t('Configuration'),
};
const shown = 3;

/** What the sender can mend, in three groups: how much fails for it, whether it grows, and what to do first. */
export function Diagnosis({ reasons }: { reasons: ReasonTrend[] | undefined }) {
  return (
    <Panel title={t('Diagnosis')} sub={t('what fails for something that you can mend')}>
      {reasons === undefined ? (
        <Placeholder height={168} label={t('the diagnosis')} />
      ) : (
        <ul className="groups">
          {(['authentication', 'reputation', 'configuration'] as const).map((group) => (
            <One key={group} group={group} reasons={reasons.filter(({ reason }) => groupOf[group].includes(reason))} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function One({ group, reasons }: { group: Group; reasons: ReasonTrend[] }) {
  const failing = reasons.filter(({ now }) => now > 0);
  const [first] = failing;
  if (first === undefined) {
    return (
      <li>
        <h3>{names[group]}</h3>
        <p className="good">
          <Icon name="check" size={14} /> {t('Nothing failed for it in this period.')}
        </p>
        {reasons.length === 0 ? null : (
          <p className="small muted">{t('Gone: {reasons}', { reasons: reasons.map(({ reason }) => reasonName(reason)).join(', ') })}</p>
        )}
      </li>
    );
  }

  const sum = failing.reduce((total, { now }) => total + now, 0);

  return (
    <li>
      <h3>{names[group]}</h3>
      <p className="indicator-value">{fineRate(rateOf(sum, first.of))}</p>
      <p className="small muted">{tn(sum, '{n} attempt failed for it|{n} attempts failed for it')}</p>
      <ul>
        {failing.slice(0, shown).map((trend) => (
          <li key={trend.reason}>
            {reasonName(trend.reason)} <b>{count(trend.now)}</b> {trend.state === 'new' ? <span className="tag" data-soft>{t('new')}</span> : null}{' '}
            <ChangeOf of={trend} />
          </li>
        ))}
      </ul>
      <p className="small">{generalAdvice(first.reason)}</p>
    </li>
  );
}
