import type { Delivery } from '../api/types';
import { clock, day, isSameDay } from '../format/times';
import { domainName } from '../format/idn';
import { t, tn } from '../language/language';
import { nextTry } from './attempts';

/** Who takes the recipient's mail, as people call it. */
export const receiverOf = ({ provider, recipient }: Delivery): string =>
  provider && !provider.includes('.') ? provider : domainName(provider || recipient.slice(recipient.lastIndexOf('@') + 1));

/** "at 09:51" today, "on Fri 27 Nov at 09:51" on other days. */
const atWhen = (value: string | number, zone: string, now: number): string =>
  isSameDay(value, now, zone) ? t('at {time}', { time: clock(value, zone) }) : t('on {day} at {time}', { day: day(value, zone), time: clock(value, zone) });

/** "09:51" today, "Fri 27 Nov, 09:51" on other days. */
const when = (value: string | number, zone: string, now: number): string =>
  isSameDay(value, now, zone) ? clock(value, zone) : t('{day}, {time}', { day: day(value, zone), time: clock(value, zone) });

/** What became of it, in one sentence, or two while it waits. */
export function headline(delivery: Delivery, zone: string, now: number): string {
  const receiver = receiverOf(delivery);
  const at = atWhen(delivery.occurredAt, zone, now);
  const tries = delivery.attemptsMade;

  switch (delivery.status) {
    case 'delivered':
      return tries > 1
        ? t('Delivered: {receiver} took it {when}, at try {n}.', { receiver, when: at, n: tries })
        : t('Delivered: {receiver} took it {when}.', { receiver, when: at });
    case 'deferred': {
      const first = delivery.attempts[0]?.occurredAt ?? delivery.acceptedAt;
      const due = nextTry(delivery, now);

      return [
        tn(Math.max(1, tries), 'Not delivered yet: {receiver} put it off once, {at}.|Not delivered yet: {receiver} has put it off {n} times since {when}.', {
          receiver,
          at: atWhen(first, zone, now),
          when: when(first, zone, now),
        }),
        ...(due === null ? [] : [t('The next try is due about {when}.', { when: when(due, zone, now) })]),
      ].join(' ');
    }
    case 'accepted':
      return t('Not delivered yet: in the queue since {when}, and no try is known.', { when: when(delivery.acceptedAt, zone, now) });
    case 'hardBounced':
      return t('Not delivered: {receiver} refused it for good {when}.', { receiver, when: at });
    case 'softBounced':
      return tn(Math.max(1, tries), 'Not delivered: given up {when} after one try.|Not delivered: given up {when} after {n} tries.', { when: at });
    case 'rejected':
      return t('Never sent: it was refused when it was submitted, {when}.', { when: at });
    case 'complained':
      return t('The recipient reported it as unwanted {when}. Nothing else is known of it.', { when: at });
    default:
      return t('Nothing is known yet of what became of it.');
  }
}
