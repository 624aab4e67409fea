import { Button, CopyButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { ApiProblem } from '../api/problem';
import { incidentQuery } from '../api/queries';
import { asOf } from '../api/refresh';
import type { Incident } from '../api/types';
import { Linked } from '../bounces/Linked';
import { reasonName } from '../bounces/reasons';
import { SmtpCode } from '../bounces/ReasonTable';
import { attemptsOf, failedOf, rateOf, refusedOf, type Slot } from '../chart/attemptSlots';
import { count, rate } from '../format/numbers';
import { moment } from '../format/times';
import { language, t, tn } from '../language/language';
import { Copy } from '../shell/Copy';
import { Icon } from '../shell/Icon';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, Panel, Placeholder } from '../shell/states';
import { DataTable, type Column } from '../table/DataTable';
import { Actions } from './Actions';
import { Beside } from './Beside';
import { Examples } from './Examples';
import { IncidentChart } from './IncidentChart';
import { headline, longDuration, place, receiverName, shareText, stepsOf, title, when } from './incidentTexts';
import { concerns } from './OpenIncident';
import { Tags } from './Tags';
import { useCourse } from './useCourse';

/** One incident: what happens, its evidence, its cause, and what to do. */
export default function IncidentPage({ params }: { params: { id: string } }) {
  const zone = useTimeZone();
  const found = useQuery(incidentQuery(params.id));

  if (found.data === undefined) {
    return (
      <>
        <Crumb />
        <section className="panel">
          {found.error instanceof ApiProblem && found.error.status === 404 ? (
            <>
              <h1 className="hidden-text">{t('Not found')}</h1>
              <Empty title={t('There is no such incident')} icon="search">
                <p>{t('It may be older than incidents are kept.')}</p>
                <p>
                  <Link href="/incidents">{t('All incidents')}</Link>
                </p>
              </Empty>
            </>
          ) : found.error ? (
            <Failed what={t('The incident')} error={found.error} retry={() => void found.refetch()} />
          ) : (
            <Placeholder height={480} label={t('the incident')} />
          )}
        </section>
      </>
    );
  }

  return <Known incident={found.data} zone={zone} now={asOf(found)} />;
}

type Shown = { incident: Incident; zone: string; now: number };

function Known({ incident, zone, now }: Shown) {
  return (
    <>
      <div className="page-head">
        <div>
          <Crumb />
          <div className="title-line">
            <h1>
              <bdi>{title(incident, zone, now)}</bdi>
            </h1>
            <Tags incident={incident} zone={zone} now={now} />
          </div>
          <p className="when">{concerns(incident)}</p>
          {incident.partOf ? (
            <p>
              {t('It turned out to be a part of a wider change.')} <Link href={`/incidents/${incident.partOf}`}>{t('The whole of it')}</Link>
            </p>
          ) : null}
        </div>
        <div className="page-tools">
          <Actions incident={incident} zone={zone} />
          <CopyButton value={window.location.origin + window.location.pathname}>
            {({ copied, copy }) => (
              <Button size="xs" variant="default" leftSection={<Icon name={copied ? 'check' : 'link'} size={14} />} onClick={copy}>
                {copied ? t('Copied') : t('Copy link')}
              </Button>
            )}
          </CopyButton>
        </div>
      </div>
      {incident.mailbox ? <Stopped incident={incident} zone={zone} now={now} /> : <Found incident={incident} zone={zone} now={now} />}
    </>
  );
}

/** What was found in the attempts, with its evidence. */
function Found({ incident, zone, now }: Shown) {
  const { data } = useCourse(incident, now);

  return (
    <div className="incident">
      <div>
        <section className="panel" aria-label={t('Evidence')}>
          <Numbers incident={incident} since={data?.since} />
          <IncidentChart incident={incident} zone={zone} now={now} label={t('Attempts: {what}', { what: place(incident) })} />
          {data === undefined || incident.kind === 'silence' ? null : (
            <BeforeAndSince before={data.before} since={data.since} over={Boolean(incident.closedAt)} />
          )}
        </section>
        <Replies incident={incident} />
        <Beside incident={incident} now={now} />
      </div>
      <aside>
        <Panel title={t('What to do')} className="first-to-do">
          <ol className="numbered">
            {stepsOf(incident, data?.reason ?? null).map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </Panel>
        <Why incident={incident} reason={data?.reason ?? null} share={data?.reasonShare ?? 0} />
        <Examples incident={incident} now={now} />
        <Happened incident={incident} zone={zone} now={now} />
      </aside>
    </div>
  );
}

/** A mailbox that the brake has stopped: nothing failed, and there is one thing to do. */
const Stopped = ({ incident, zone, now }: Shown) => (
  <div className="incident">
    <div>
      <Panel title={t('What to do')} className="first-to-do">
        <ol className="numbered">
          <li>{t('If nobody there sent this mail, change the password of the mailbox first.')}</li>
          <li>
            {t('Then release it:')} <Link href="/settings/brake">{t('Settings, Brake')}</Link>
          </li>
        </ol>
      </Panel>
    </div>
    <aside>
      <Happened incident={incident} zone={zone} now={now} />
    </aside>
  </div>
);

const Crumb = () => (
  <nav className="crumb" aria-label={t('Where this is')}>
    <Link href="/incidents">{t('Incidents')}</Link> /
  </nav>
);

const Figure = ({ label, value, text, slow = false }: { label: string; value: string; text: string; slow?: boolean }) => (
  <div className="indicator">
    <h2>{label}</h2>
    <p className={slow ? 'indicator-value slow' : 'indicator-value'}>{value}</p>
    <p className="indicator-line">{text}</p>
  </div>
);

const Numbers = ({ incident, since }: { incident: Incident; since: Slot | undefined }) =>
  incident.kind === 'silence' ? null : (
    <div className="indicators inside">
      <Figure
        label={t('Recipients that failed at first')}
        value={count(incident.failed)}
        text={tn(incident.waiting, '{n} of them waits in the queues|{n} of them wait in the queues')}
      />
      <Figure
        label={t('First attempts that fail')}
        value={shareText(incident.rate)}
        text={t('usually {rate}', { rate: shareText(incident.usualRate) })}
        slow
      />
      <Figure
        label={t('Failed for good')}
        value={since === undefined ? '–' : count(refusedOf(since))}
        text={since === undefined ? '' : t('of {n} attempts since the change', { n: count(attemptsOf(since)) })}
      />
      <Figure
        label={t('Taken all the same')}
        value={since === undefined ? '–' : count(since.delivered)}
        text={since === undefined ? '' : t('{rate} of the attempts', { rate: rate(rateOf(since.delivered, attemptsOf(since))) })}
      />
    </div>
  );

type Counted = { name: string; slot: Slot };

/** The counts that the sentence rests on. */
const BeforeAndSince = ({ before, since, over }: { before: Slot; since: Slot; over: boolean }) => (
  <DataTable
    label={t('Counts before and since')}
    columns={countColumns}
    rows={[
      { name: t('Before, as far as the chart goes'), slot: before },
      { name: over ? t('While it was open') : t('Since the change'), slot: since },
    ]}
    rowKey={({ name }) => name}
    empty={null}
  />
);

const counted = (key: string, header: string, of: (slot: Slot) => number): Column<Counted> => ({
  key, header, numeric: true, cell: ({ slot }) => count(of(slot)),
});

const countColumns: Column<Counted>[] = [
  { key: 'name', header: t('Attempts'), cell: ({ name }) => name },
  counted('made', t('Made'), attemptsOf),
  counted('delivered', t('Delivered'), (slot) => slot.delivered),
  counted('deferred', t('Deferred'), (slot) => slot.deferred),
  counted('refused', t('Failed for good'), refusedOf),
  { key: 'fail', header: t('Fail'), numeric: true, cell: ({ slot }) => <b>{rate(rateOf(failedOf(slot), attemptsOf(slot)))}</b> },
];

/** The three replies that say it best, with their links. */
const Replies = ({ incident }: { incident: Incident }) =>
  incident.replies.length === 0 ? null : (
    <Panel
      title={incident.provider ? t('What {receiver} says', { receiver: receiverName(incident.provider) }) : t('What the receivers say')}
      sub={t('the replies that say it best, with the recipients they were said about')}
    >
      <ol className="replies">
        {incident.replies.map((reply) => (
          <li key={reply.text}>
            <b title={tn(reply.count, '{n} recipient|{n} recipients')}>{count(reply.count)}</b>
            <span>
              {!reply.text.startsWith(String(reply.smtpCode)) && (reply.smtpCode || reply.enhancedCode) ? (
                <span className="small muted">
                  <SmtpCode code={reply.smtpCode} enhanced={reply.enhancedCode} />{' '}
                </span>
              ) : null}
              <span className="mono">
                <Linked text={reply.text} whole />
              </span>
              {reply.documentation && !reply.text.includes(reply.documentation) ? (
                <>
                  <br />
                  <a href={reply.documentation} target="_blank" rel="noopener noreferrer" className="small">
                    {t('What the receiver says of it')}
                  </a>
                </>
              ) : null}
            </span>
            <Copy value={reply.text} what={t('the reply')} />
          </li>
        ))}
      </ol>
    </Panel>
  );

/** What the cause is told from. */
function Why({ incident, reason, share }: { incident: Incident; reason: string | null; share: number }) {
  const facts = [
    ...(reason === null ? [] : [t('{share} of what failed says: {reason}', { share: shareText(share), reason: reasonName(reason) })]),
    incident.domain ? t('Only this domain') : t('More than one domain'),
    incident.provider ? t('Only at this receiver') : t('At more than one receiver'),
    ...(incident.outgoingIp ? [t('Only from the address {ip}', { ip: incident.outgoingIp })] : []),
    ...(language() === 'en' && incident.contrast !== '' ? [incident.contrast] : []),
  ];

  return (
    <Panel title={t('Why this cause')}>
      <ul className="checked">
        {facts.map((fact) => (
          <li key={fact}>
            <Icon name="check" size={14} /> {fact}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** Its life, latest first. */
function Happened({ incident, zone, now }: { incident: Incident; zone: string; now: number }) {
  const steps = [
    { at: incident.startedAt, text: t('The change, most likely to the minute') },
    { at: incident.openedAt, text: t('Evident: the incident opened') },
    { at: incident.acknowledgedAt, text: t('Somebody said that it was seen') },
    {
      at: incident.closedAt,
      text: t('Over after {duration}: the rate was back', {
        duration: longDuration(Date.parse(incident.closedAt ?? incident.startedAt) - Date.parse(incident.startedAt)),
      }),
    },
  ].filter((step): step is { at: string; text: string } => typeof step.at === 'string');

  return (
    <Panel title={t('What happened')} sub={<span title={headline(incident)}>{t('times of {zone}', { zone })}</span>}>
      <ol className="happened">
        {steps
          .toSorted((left, right) => Date.parse(right.at) - Date.parse(left.at))
          .map(({ at, text }) => (
            <li key={text}>
              <time dateTime={at} title={moment(at, zone)}>
                {when(at, zone, now)}
              </time>
              <span>{text}</span>
            </li>
          ))}
      </ol>
    </Panel>
  );
}
