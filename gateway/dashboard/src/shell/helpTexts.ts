import { t } from '../language/language';

export type Topic = 'quota' | 'recipients' | 'deliveryRate' | 'softBounceRate' | 'hardBounceRate'
  | 'complaintRate' | 'bounces' | 'attempts' | 'trend' | 'change' | 'incident' | 'waiting' | 'latency'
  | 'share' | 'smtpCode' | 'unknownCode' | 'queueId' | 'retryCount' | 'lastTry' | 'spamScore';

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
    case 'complaintRate':
      return {
        title: t('Complaint rate'),
        texts: [
          t('Recipients who called the mail spam, divided by those that it was delivered to. ' +
              'They stay delivered; only providers that report complaints are in it.'),
          t('Large receivers want it below 0.1% and refuse mail from 0.3% on.'),
        ],
      };
    case 'bounces':
      return {
        title: t('Total bounces'),
        texts: [t('Soft and hard bounces together: recipients whose mail failed for good. A domain’s own page tells them apart.')],
      };
    case 'share':
      return {
        title: t('Share'),
        texts: [t('Of all bounces of the period, soft and hard. Each number opens the events that it counts.')],
      };
    case 'smtpCode':
      return {
        title: t('SMTP code'),
        texts: [
          t('What the recipient’s server answered: the reply code, and behind it the enhanced status code where it gave one (550 5.7.26).'),
          t('4 at the beginning: try again later. 5: for good. Without any reply, the server was not reached.'),
        ],
      };
    case 'unknownCode':
      return {
        title: t('Unknown code'),
        texts: [t('Yes: no rule knows this reply, so its cause could not be told. Bounces → Unknown replies lets you say what it means.')],
      };
    case 'queueId':
      return {
        title: t('Queue ID'),
        texts: [t('The name of the message in the mail server’s queue. Its log has every line about the message under it.')],
      };
    case 'retryCount':
      return {
        title: t('Retry count'),
        texts: [t('How many times delivery was tried before the message was given up; so far, where it still waits.')],
      };
    case 'lastTry':
      return {
        title: t('Last try'),
        texts: [t('When delivery was tried for the last time.')],
      };
    case 'spamScore':
      return {
        title: t('Spam score'),
        texts: [t('What your own spam filter gave the message, where the log tells it. Higher is more like spam.')],
      };
    case 'attempts':
      return {
        title: t('Attempts'),
        texts: [
          t('Every try to hand a recipient’s mail over counts when it was made. ' +
              'Mail that waits is tried again and again: one recipient may make many attempts.'),
          t('Statistics count recipients when their mail was accepted, so the two differ.'),
        ],
      };
    case 'trend':
      return {
        title: t('Deferral rate and bounce rate'),
        texts: [
          t('Of all attempts that were made in the time: those that were put off (deferred), and those that failed for good (soft and hard bounces).'),
          t('A deferral is tried again by itself and may still be delivered.'),
        ],
      };
    case 'change':
      return {
        title: t('More than chance'),
        texts: [
          t('Each rate is compared with the period before, over a span of the same length. ' +
              'Chance alone moves every number: what it explains is “no real change”.'),
          t('“Too few to say”: even the most uneven split of so few could be chance. ' +
              'How much a rate moves from hour to hour by itself is taken into account.'),
        ],
      };
    case 'incident':
      return {
        title: t('Incidents'),
        texts: [
          t('First attempts that fail are compared with what is usual for the domain, the receiver and the hour. What chance does not explain is an incident.'),
          t('The other receivers and domains tell whose fault it is. It closes by itself when the rate is back. Very little mail never makes one.'),
        ],
      };
    case 'waiting':
      return {
        title: t('What waits'),
        texts: [
          t('Recipients whose mail was accepted and that have no end yet: not tried so far, or deferred and to be tried again.'),
          t('What nothing was heard of for days is told apart: its log ends too early, and nobody tries it any more.'),
        ],
      };
    case 'latency':
      return {
        title: t('Time to deliver'),
        texts: [
          t('From acceptance to delivery, of the mail that was accepted in the period and is delivered. “9 of 10 within 12 s”: one of ten took longer.'),
          t('What still waits is not in it. The times are at most 2% off.'),
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
