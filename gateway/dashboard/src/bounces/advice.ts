import { language, t } from '../language/language';

/** What to do about a reason in general: it names no receiver, for it stands for the failures at all of them. */
const general: Record<string, string> = {
  recipient_unknown: t('There is no such mailbox. Remove the address and check where it came from for typos.'),
  recipient_disabled: t('The account is closed, disabled or long unused. Remove the address and ask the person for another one.'),
  recipient_moved: t('The mailbox has moved. Use the new address if the reply names one, else remove the old one.'),
  mailbox_full: t('The mailbox is full. Write again in some days; stop sending to it when it stays full for weeks.'),
  recipient_restricted: t('The recipient takes mail from chosen or signed-in senders only. Ask them, over another channel, to allow your address.'),
  domain_not_found: t('The recipient’s domain does not exist. Correct the typo or remove the address.'),
  domain_no_mail: t('The recipient’s domain takes no mail. Remove the address or ask the person for another one.'),
  dns_failure: t('The recipient’s domain could not be looked up. Check it for a typo; when many domains fail, check your own DNS resolver.'),
  connection_failed: t(
    'No connection came about, or it broke. When several receivers cannot be reached, check that your outgoing port 25 is open.',
  ),
  message_expired: t(
    'The message waited in the queue until its time was up. Look at the deferrals before it for the true cause, then send it again.',
  ),
  mail_loop: t(
    'The message went in circles between servers. Check your own routes, aliases and forwards, then tell the receiver’s postmaster.',
  ),
  tls_failure: t(
    'No encrypted connection came about. Turn on STARTTLS at your server and check the certificates on both sides (MTA-STS, DANE).',
  ),
  auth_dmarc: t(
    'The From domain’s DMARC policy told receivers to refuse this mail. Make SPF or DKIM pass with the same domain as in the From address.',
  ),
  auth_spf: t('SPF did not pass. Add the sending address to the SPF record of the envelope sender’s domain, or repair the record.'),
  auth_dkim: t(
    'The DKIM signature is missing or did not pass. Check selector, key and DNS record, and that nothing changes the message after it was signed.',
  ),
  auth_missing: t('These receivers take authenticated mail only. Set up SPF and DKIM for your domain, and DMARC when you send in bulk.'),
  reverse_dns: t('Give your sending address a reverse DNS name (PTR) that resolves back to it, and greet with that name (HELO).'),
  sender_invalid: t(
    'The sender’s address or domain was refused. Send from an existing address in a domain that has MX and A records and takes replies.',
  ),
  smtp_auth_required: t('The relay wants you to sign in first. Set or repair the user name and password for it.'),
  relay_denied: t(
    'The server does not take mail for this recipient from you. Check that the domain’s MX or your route leads to the right server.',
  ),
  ip_blocklisted: t(
    'Your sending address is on a blocklist. Find and stop what got it listed, then ask for removal at the page that the reply names.',
  ),
  domain_blocklisted: t('Your domain or a link in the message is on a blocklist. Remove the link or clean the site, then ask for removal.'),
  reputation_low: t(
    'Receivers think badly of your address or domain because of earlier mail or complaints. Send less, and only to people who read you.',
  ),
  client_rejected: t(
    'Your server or its network is refused without naming a list. Write to the receiver’s postmaster with your address and the reply.',
  ),
  rate_limited: t('Too much in too short a time. Lower the rate and the number of connections; your server tries again by itself.'),
  too_many_recipients: t('Too many recipients at once. Send to fewer in one transaction.'),
  greylisted: t('Unknown senders are greylisted. Nothing to do: the same server tries again in some minutes and gets through.'),
  spam_content: t(
    'The message is taken for spam. Look at its text, links and list of recipients, and test it against filters before you send it again.',
  ),
  malware: t('Malware was found. Scan the sender’s computer and the attachments, and do not send the message again.'),
  attachment_blocked: t('This kind of attachment or content is forbidden. Share the file by a link instead.'),
  message_malformed: t(
    'The message breaks the mail format (RFC 5322). Check its headers (one From, one Message-ID, a Date), line lengths and encoding.',
  ),
  message_too_large: t('The message is larger than the receiver or the recipient accepts. Make it smaller or share files by a link.'),
  policy_rejected: t('The receiver refused by a policy of its own. Check authentication, complaints and content, then ask their postmaster.'),
  receiver_error: t('A fault on the receiver’s side. Send again later; tell their postmaster when it lasts.'),
  protocol_error: t(
    'Your server and the receiver misunderstood each other. Check your mail server’s SMTP settings and any firewall or filter on the way.',
  ),
  local_error: t(
    'The server that should have delivered failed to (queue, alias, pipe, directory or permissions). Repair it there and send the message again.',
  ),
  suppressed: t(
    'The provider that you send through keeps this address on its suppression list after earlier bounces or complaints. Remove it, or take it off there.',
  ),
  cancelled: t('Somebody or a rule at your own mail system took the message out of the queue. That says nothing about the address.'),
  sender_limit: t('Your plan at the provider that you send through is used up. Raise it or wait for its next period, then send again.'),
  unknown: t('No rule knows these replies. Read them: they prove nothing about the address.'),
};

export const generalAdvice = (reason: string): string => general[reason] ?? t('Read the reply: it says what the receiver wants.');

/** What to do about one failure: the server's own words, which name the receiver; they are English. */
export const adviceOf = (reason: string, given: string | null | undefined): string =>
  given && language() === 'en' ? given : generalAdvice(reason);
