import { t } from '../language/language';

/** The reasons that the classifier gives, as services/Classifier/Files/reasons.rules lists them. */
export const reasonIds = [
  'recipient_unknown', 'recipient_disabled', 'recipient_moved', 'mailbox_full', 'recipient_restricted', 'domain_not_found',
  'domain_no_mail', 'dns_failure', 'connection_failed', 'message_expired', 'mail_loop', 'tls_failure', 'auth_dmarc',
  'auth_spf', 'auth_dkim', 'auth_missing', 'reverse_dns', 'sender_invalid', 'smtp_auth_required', 'relay_denied',
  'ip_blocklisted', 'domain_blocklisted', 'reputation_low', 'client_rejected', 'rate_limited', 'too_many_recipients',
  'greylisted', 'spam_content', 'malware', 'attachment_blocked', 'message_malformed', 'message_too_large',
  'policy_rejected', 'receiver_error', 'protocol_error', 'local_error', 'suppressed', 'cancelled', 'sender_limit',
] as const;

const names: Record<string, string> = {
  recipient_unknown: t('Recipient unknown'),
  recipient_disabled: t('Recipient disabled'),
  recipient_moved: t('Recipient moved'),
  mailbox_full: t('Mailbox full'),
  recipient_restricted: t('Recipient restricted'),
  domain_not_found: t('Domain not found'),
  domain_no_mail: t('Domain takes no mail'),
  dns_failure: t('DNS failure'),
  connection_failed: t('Connection failed'),
  message_expired: t('Message expired'),
  mail_loop: t('Mail loop'),
  tls_failure: t('TLS failure'),
  auth_dmarc: t('DMARC failed'),
  auth_spf: t('SPF failed'),
  auth_dkim: t('DKIM failed'),
  auth_missing: t('Not authenticated'),
  reverse_dns: t('Reverse DNS missing'),
  sender_invalid: t('Sender invalid'),
  smtp_auth_required: t('SMTP authentication required'),
  relay_denied: t('Relay denied'),
  ip_blocklisted: t('IP on a blocklist'),
  domain_blocklisted: t('Domain on a blocklist'),
  reputation_low: t('Reputation low'),
  client_rejected: t('Client rejected'),
  rate_limited: t('Rate limited'),
  too_many_recipients: t('Too many recipients'),
  greylisted: t('Greylisted'),
  spam_content: t('Spam content'),
  malware: t('Malware'),
  attachment_blocked: t('Attachment blocked'),
  message_malformed: t('Message malformed'),
  message_too_large: t('Message too large'),
  policy_rejected: t('Policy rejected'),
  receiver_error: t('Receiver error'),
  protocol_error: t('Protocol error'),
  local_error: t('Local error'),
  suppressed: t('Suppressed'),
  cancelled: t('Cancelled'),
  sender_limit: t('Sender limit'),
  unknown: t('Not classified'),
};

/** mailbox_full → Mailbox full; a reason of a newer server is told as it is. */
export function reasonName(reason: string): string {
  const words = reason.replaceAll('_', ' ');

  return names[reason] ?? words.charAt(0).toUpperCase() + words.slice(1);
}
