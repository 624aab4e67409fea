import { t } from '../language/language';

export const servers = [
  { value: 'postfix', label: 'Postfix' },
  { value: 'exim', label: 'Exim' },
  { value: 'kumomta', label: 'KumoMTA' },
  { value: 'other', label: t('Another one') },
] as const;

export type Server = (typeof servers)[number]['value'];

const logs: Record<Server, string> = {
  postfix: '--format postfix /var/log/mail.log',
  exim: '--format exim /var/log/exim4/mainlog',
  kumomta: '--format kumomta /var/log/kumomta',
  other: '--help',
};

export const collectorOf = (server: Server, url: string): string => `MailStats.Collector follow --url ${url} --key … ${logs[server]}`;

/** What docs/quota.md says for each server; `listening`: where the policy service can be asked. */
export function policyOf(server: Server, listening: string | undefined): string {
  const place = listening?.startsWith('unix:') === true ? listening : `inet:${listening ?? '127.0.0.1:10033'}`;
  const address = listening ?? '127.0.0.1:10033';
  switch (server) {
    case 'postfix':
      return [
        'smtpd_recipient_restrictions =',
        `    check_policy_service { ${place}, timeout=3s, default_action=DUNNO, policy_context=submission },`,
        '    permit_sasl_authenticated, permit_mynetworks, reject_unauth_destination',
        'smtpd_end_of_data_restrictions =',
        `    check_policy_service { ${place}, timeout=3s, default_action=DUNNO, policy_context=submission }`,
      ].join('\n');
    case 'exim':
      return [
        'acl_data:',
        '  warn  authenticated = *',
        `        set acl_m_quota = \${readsocket{inet:${address}}{request=smtpd_access_policy\\nprotocol_state=END-OF-MESSAGE\\n…}{3s}{}{action=DUNNO}}`,
        '# the whole of it stands in docs/quota.md',
      ].join('\n');
    case 'kumomta':
      return `POST ${window.location.origin}/v1/quota/reservations\n# from smtp_server_message_received; the Lua stands in docs/quota.md`;
    default:
      return `POST ${window.location.origin}/v1/quota/reservations\n# or any server that speaks Postfix's policy protocol, at ${address}`;
  }
}
