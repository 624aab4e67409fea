import type { Incident, IncidentKind } from '../api/types';
import { generalAdvice } from '../bounces/advice';
import { domainName } from '../format/idn';
import { percent } from '../format/numbers';
import { clock, dayAndTime, duration, isSameDay } from '../format/times';
import { language, t } from '../language/language';

type Said = {
  /** One word or two. */
  name: string;
  /** What happens, at one receiver and at all of them. */
  at: string;
  all: string;
  /** What to do first. */
  advice: string;
};

const said: Record<IncidentKind, Said> = {
  authentication: {
    name: t('authentication'),
    at: t('{receiver} refuses {mail}: it is not authenticated'),
    all: t('Receivers refuse {mail}: it is not authenticated'),
    advice: t('Check SPF, DKIM, DMARC, the reverse name and TLS of what changed last.'),
  },
  reputation: {
    name: t('reputation'),
    at: t('{receiver} refuses {mail} for its reputation'),
    all: t('Receivers refuse {mail} for its reputation'),
    advice: t('Find what caused the listing or the complaints, stop it, then ask for removal from the list.'),
  },
  configuration: {
    name: t('configuration'),
    at: t('{receiver} cannot take {mail}: something is set up wrongly'),
    all: t('Receivers cannot take {mail}: something is set up wrongly'),
    advice: t('Undo the last change to your mail server, DNS or relay.'),
  },
  rate: {
    name: t('rate'),
    at: t('{receiver} slows down {mail}'),
    all: t('Receivers slow down {mail}'),
    advice: t('Send more slowly to this receiver; your server keeps trying.'),
  },
  content: {
    name: t('content'),
    at: t('{receiver} refuses {mail} for its content'),
    all: t('Receivers refuse {mail} for its content'),
    advice: t('Hold the mailing back and look at its text, links and attachments.'),
  },
  recipients: {
    name: t('recipients'),
    at: t('{receiver} knows far fewer addresses than usual of {mail}'),
    all: t('Far more addresses than usual do not exist in {mail}'),
    advice: t('Stop the mailing and check where its list came from.'),
  },
  receiverOutage: {
    name: t('receiver’s outage'),
    at: t('{receiver} is in trouble and does not take {mail}'),
    all: t('Receivers are in trouble and do not take {mail}'),
    advice: t('The receiver is in trouble. There is nothing to repair on your side; your server keeps trying.'),
  },
  ownOutage: {
    name: t('own outage'),
    at: t('{receiver} cannot be reached with {mail}'),
    all: t('No receiver can be reached as usual with {mail}'),
    advice: t('Check your server’s network, outgoing port 25 and resolver: no receiver can be reached as usual.'),
  },
  silence: {
    name: t('silence'),
    at: t('{domain} has stopped sending'),
    all: t('{domain} has stopped sending'),
    advice: t('Check whether the application still hands its mail to the server.'),
  },
};

export const kinds = Object.keys(said) as IncidentKind[];

/** A kind that this page is too old to know. */
const unknown: Said = { name: t('failures'), at: t('{receiver} fails {mail}'), all: t('Receivers fail {mail}'), advice: t('Read the replies below.') };

const of = (kind: IncidentKind): Said => said[kind] ?? unknown;

export const kindName = (kind: IncidentKind): string => of(kind).name;

/** A provider by its name; a recipients' domain in its letters. */
export const receiverName = (provider: string): string => (provider.includes('.') ? domainName(provider) : provider);

/** "Gmail slows down mail from shop.example" */
export function headline({ kind, domain, mailbox, provider, outgoingIp }: Incident): string {
  if (mailbox) {
    return t('{mailbox} is stopped', { mailbox });
  }

  const mail = domain ? t('mail from {domain}', { domain: domainName(domain) }) : t('all mail');
  const values = { mail, domain: domain ? domainName(domain) : t('All mail'), receiver: provider ? receiverName(provider) : '' };
  const text = fill(provider ? of(kind).at : of(kind).all, values);

  return outgoingIp ? t('{text} (sent by {ip})', { text, ip: outgoingIp }) : text;
}

/** "09:40" today, "Sat, 21 Nov, 09:40" on other days. */
export const when = (time: string | number, zone: string, now: number): string =>
  isSameDay(time, now, zone) ? clock(time, zone) : dayAndTime(time, zone);

/** "Gmail slows down mail from shop.example since 09:40" while it goes on. */
export const title = (incident: Incident, zone: string, now: number): string =>
  incident.closedAt ? headline(incident) : t('{text} since {when}', { text: headline(incident), when: when(incident.startedAt, zone, now) });

/** "shop.example to Gmail" */
export function place({ domain, mailbox, provider, outgoingIp }: Incident): string {
  if (mailbox) {
    return mailbox;
  }

  const from = domain ? domainName(domain) : t('all domains');
  const whole = t('{from} to {to}', { from, to: provider ? receiverName(provider) : t('all receivers') });

  return outgoingIp ? `${whole}, ${outgoingIp}` : whole;
}

/** "open, 4 h 42 min", "over after 1 h 27 min" */
export const course = ({ startedAt, closedAt }: Incident, now: number): string =>
  closedAt
    ? t('over after {duration}', { duration: longDuration(Date.parse(closedAt) - Date.parse(startedAt)) })
    : t('open, {duration}', { duration: longDuration(now - Date.parse(startedAt)) });

/** Hours with their minutes, where a whole hour would be too rough. */
export function longDuration(milliseconds: number): string {
  const minutes = Math.floor(Math.max(0, milliseconds) / 60_000);

  return minutes < 60 || minutes >= 48 * 60 || minutes % 60 === 0
    ? duration(milliseconds)
    : `${duration(minutes * 60_000)} ${duration((minutes % 60) * 60_000)}`;
}

/** A share of 0 to 1 in percent. */
export const shareText = (share: number): string => percent(share * 100);

/** What to do, the first thing first. In English the server names the receiver's own advice. */
export function stepsOf(incident: Incident, reason: string | null): string[] {
  if (incident.mailbox) {
    return [t('If nobody there sent this mail, change the password of the mailbox first.'), t('Then release it under Settings, Brake.')];
  }

  const first = of(incident.kind).advice;
  const rest = incident.advice.startsWith(serverForm(first)) ? incident.advice.slice(first.length).trim() : incident.advice;
  const second = language() === 'en' ? rest : reason === null || ['ownOutage', 'recipients', 'silence'].includes(incident.kind) ? '' : generalAdvice(reason);

  return [
    first,
    ...(second === '' || second === first ? [] : [second]),
    ...(incident.waiting > 0 && !incident.closedAt
      ? [t('Leave the queue alone: what waits is tried again by itself. Deleting or sending it again makes it worse.')]
      : []),
  ];
}

// The server writes plain apostrophes.
const serverForm = (text: string): string => text.replaceAll('’', "'");

// The texts above are already in the reader's language: only their values are missing.
const fill = (text: string, values: Readonly<Record<string, string>>): string => {
  const filled = text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);

  return filled.charAt(0).toLocaleUpperCase() + filled.slice(1);
};

export const isMuted = ({ mutedUntil }: Incident, now: number): boolean => typeof mutedUntil === 'string' && Date.parse(mutedUntil) > now;

/** Open ones that are to be told of, the worst first: what was seen already comes last. */
export const worstFirst = (incidents: readonly Incident[], now: number): Incident[] =>
  incidents
    .filter((incident) => !incident.closedAt && !isMuted(incident, now))
    .toSorted(
      (left, right) =>
        Number(typeof left.acknowledgedAt === 'string') - Number(typeof right.acknowledgedAt === 'string') || right.failed - left.failed,
    );
