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
  auth_dkim: 'DKIM failed',
  auth_dmarc: 'DMARC failed',
  auth_missing: 'Not authenticated',
  auth_spf: 'SPF failed',
  dns_failure: 'DNS failure',
  ip_blocklisted: 'IP on a blocklist',
  domain_blocklisted: 'Domain on a blocklist',
  reverse_dns: 'Reverse DNS missing',
  smtp_auth_required: 'SMTP authentication required',
  tls_failure: 'TLS failure',
  unknown: 'Not classified',
};

/** mailbox_full → Mailbox full */
export function reasonName(reason: string): string {
  const name = names[reason];
  if (name !== undefined) {
    return name;
  }

  const words = reason.replaceAll('_', ' ');

  return words.charAt(0).toUpperCase() + words.slice(1);
}
