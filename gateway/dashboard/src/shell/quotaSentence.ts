import type { PolicyStatus, Quota } from '../api/types';
import { count, percent } from '../format/numbers';
import { t } from '../language/language';
import type { IconName } from './Icon';

/** A mail server that has not asked for so long does not ask any more, in milliseconds. */
const asksAtLeastEvery = 24 * 3_600_000;

export type Outlook = { icon: IconName | null; strong: string | null; rest: string[]; /** Nobody asks before taking mail. */ wire: boolean };

/**
 * What the quota means now. "Blocked" is only said where a mail server asks: `asked` is what the policy service knows, unknown to
 * those who may not see it, undefined until its answer is here.
 */
export function outlook(quota: Quota & { limit: number }, asked: PolicyStatus | 'unknown' | undefined, day: (at: string) => string): Outlook {
  const resets = t('resets {day}', { day: day(quota.resetsAt) });
  const projected = quota.projectedExhaustion ? t('reached about {day}', { day: day(quota.projectedExhaustion) }) : null;
  const reserved = quota.reserved > 0 ? [t('{n} of it reserved', { n: count(quota.reserved) })] : [];
  const unreserved = quota.unreserved > 0 ? [t('{n} sent without asking', { n: count(quota.unreserved) })] : [];

  if (quota.level === 'red' || quota.blocked) {
    const over = quota.used - quota.limit;
    const beyond = over > 0 ? [t('{n} over', { n: count(over) })] : [];
    if (asked === undefined) {
      return { icon: 'stop', strong: t('Quota reached'), rest: [resets], wire: false };
    }
    if (asked !== 'unknown' && !asks(asked)) {
      return {
        icon: 'warning', strong: t('Quota reached, but no mail server asks: mail is NOT blocked'), rest: [...beyond, ...unreserved], wire: true,
      };
    }

    const until = day(quota.resetsAt);

    return asked === 'unknown'
      ? { icon: 'stop', strong: t('Quota reached: mail servers that ask refuse mail until {day}', { day: until }), rest: [...beyond, ...unreserved],
        wire: false }
      : { icon: 'stop', strong: t('Quota reached: mail is blocked until {day}', { day: until }), rest: [...beyond, ...unreserved], wire: false };
  }

  if (quota.level === 'orange') {
    return {
      icon: 'warning', strong: t('More than {percent} used', { percent: percent80() }), rest: [...reserved, ...(projected ? [projected] : []),
        resets], wire: false,
    };
  }

  return { icon: null, strong: null, rest: [...reserved, ...(projected ? [projected] : []), resets], wire: false };
}

const percent80 = (): string => percent(80).replace(/[.,]0/, '');

function asks(status: PolicyStatus): boolean {
  return status.lastAskedAt !== null && Date.now() - Date.parse(status.lastAskedAt) < asksAtLeastEvery;
}
