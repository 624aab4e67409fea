import type { DeliveryAttempt, DeliveryStatus } from '../api/types';
import { t } from '../language/language';

type Outcome = DeliveryAttempt['outcome'];

const labels: Record<Outcome, string> = {
  deferred: t('deferred'),
  delivered: t('delivered'),
  bounced: t('refused for good'),
  expired: t('given up'),
  rejected: t('refused at submission'),
};

/** A drawing is the one of the status that it leads to. */
const statuses: Record<Outcome, DeliveryStatus> = {
  deferred: 'deferred',
  delivered: 'delivered',
  bounced: 'hardBounced',
  expired: 'softBounced',
  rejected: 'rejected',
};

export const outcomeLabel = (outcome: Outcome): string => labels[outcome] ?? outcome;

export const outcomeStatus = (outcome: Outcome): DeliveryStatus => statuses[outcome] ?? 'unknown';
