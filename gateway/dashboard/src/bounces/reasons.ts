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
