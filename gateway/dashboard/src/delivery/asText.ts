import type { Delivery } from '../api/types';
import { statusLabel } from '../activity/StatusBadge';
import { fullMoment } from '../format/times';
import { t } from '../language/language';
import { headline } from './headline';
import { outcomeLabel } from './outcomes';

/** All that a colleague or a postmaster needs to know, to be pasted into a mail or a ticket. */
export function asText(delivery: Delivery, zone: string, now: number): string {
  const facts: [string, string | null | undefined][] = [
    [t('To'), delivery.recipient],
    [t('From'), delivery.sender],
    [t('Subject'), delivery.subject],
    [t('Message ID'), delivery.messageId],
    [t('Queue ID'), delivery.queueId],
    [t('Host'), delivery.host],
    [t('Status'), statusLabel(delivery.status)],
    [t('What to do'), delivery.advice],
  ];
  const lines = [
    headline(delivery, zone, now),
    '',
    ...facts.filter(([, value]) => value).map(([name, value]) => `${name}: ${value ?? ''}`),
    '',
    `${fullMoment(delivery.acceptedAt, zone)}  ${t('Accepted')}`,
    ...delivery.attempts.map((attempt) =>
      [
        `${fullMoment(attempt.occurredAt, zone)}  ${outcomeLabel(attempt.outcome)}`,
        ...(attempt.remoteHost ? [attempt.remoteHost] : []),
        ...(attempt.reply ? [attempt.reply.replaceAll('\n', '\n    ')] : []),
      ].join('\n    '),
    ),
  ];

  return `${lines.join('\n')}\n`;
}
