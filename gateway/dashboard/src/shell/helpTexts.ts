import { t } from '../language/language';

export type Topic = 'quota' | 'recipients' | 'deliveryRate' | 'softBounceRate' | 'hardBounceRate';

/** What a word means, for those who ask. */
export function helpOf(topic: Topic): { title: string; texts: string[] } {
  switch (topic) {
    case 'quota':
      return {
        title: t('The monthly quota'),
        texts: [
          t('Every recipient of every message counts: a message to three recipients takes three of the quota. What a mail server has reserved counts as used.'),
          t('Blue: 80% or less is used. Orange: more than 80%. Red: all of it; mail servers that ask before they take mail are told to refuse it.'),
          t('It begins anew on the day of the month that an administrator has set. Raising the limit lets mail through at once.'),
        ],
      };
    case 'recipients':
      return {
        title: t('Total recipients'),
        texts: [
          t('Recipients of mail that was accepted in this period. A message to three recipients counts three.'),
          t('Recipients = delivered + pending + soft bounces + hard bounces, always. ' +
              'Mail counts in the period in which it was accepted, whenever its fate is known.'),
        ],
      };
    case 'deliveryRate':
      return {
        title: t('Delivery rate'),
        texts: [
          t('Delivered recipients, divided by all recipients of the period. Delivered means that the receiving server has taken the mail.'),
          t('While some are pending, the rate is what is known so far and still rises.'),
        ],
      };
    case 'softBounceRate':
      return {
        title: t('Soft bounce'),
        texts: [
          t('The mail failed for good, but not because the address is bad: a full mailbox, a blocked server, a message that was too large or refused as spam.'),
          t('The rate divides soft bounces by all recipients of the period. The address can be written to again when the cause is mended.'),
        ],
      };
    default:
      return {
        title: t('Hard bounce'),
        texts: [
          t('The address or its domain does not exist or is closed for good. Remove it from your lists: writing to it again harms your reputation.'),
          t('The rate divides hard bounces by all recipients of the period.'),
        ],
      };
  }
}
