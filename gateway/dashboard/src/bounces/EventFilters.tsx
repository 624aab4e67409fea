import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'wouter';
import { reasonsQuery, type ErrorEventFilter, type Scope } from '../api/queries';
import type { Reason } from '../api/types';
import { statusLabel } from '../activity/StatusBadge';
import { StatusFilter } from '../activity/StatusFilter';
import { t } from '../language/language';
import { useParam } from '../shell/urlState';
import { Chips } from '../table/Chips';
import { SearchBox } from '../table/SearchBox';
import { reasonName } from './reasons';

const statuses = ['hardBounced', 'softBounced', 'deferred', 'rejected'] as const;

const replyCode = /^[2-5]\d\d$/;
const enhancedCode = /^[245]\.\d{1,3}\.\d{1,3}$/;
const none = 'none';

/** The filters in the address, as the API takes them; what cannot be read is left out. */
export function readEventFilter(params: URLSearchParams): Partial<ErrorEventFilter> {
  const search = params.get('search') ?? '';
  const reason = params.get('reason') ?? '';
  const code = params.get('smtpCode') ?? '';
  const enhanced = params.get('enhancedCode') ?? '';
  const known = statuses.filter((status) => (params.get('status') ?? '').split(',').includes(status));

  return {
    ...(search === '' ? {} : { search }),
    ...(known.length === 0 ? {} : { status: known }),
    ...(/^[a-z0-9_]{1,64}$/.test(reason) ? { reason: reason as Reason } : {}),
    ...(replyCode.test(code) || code === none ? { smtpCode: code } : {}),
    ...(enhancedCode.test(enhanced) || enhanced === none ? { enhancedCode: enhanced } : {}),
    ...(params.get('unknown') === 'true' ? { unknownCode: true } : {}),
    ...(params.get('periodOf') === 'acceptance' ? { periodOf: 'acceptance' as const } : {}),
  };
}

export function EventFilters({ scope }: { scope: Scope }) {
  const [search, setSearch] = useParam('search');
  const [reason, setReason] = useParam('reason');
  const [smtpCode, setSmtpCode] = useParam('smtpCode');
  const [unknown, setUnknown] = useParam('unknown');
  const reasons = useQuery(reasonsQuery(scope));
  const names = [...new Set([...(reason === '' ? [] : [reason]), ...(reasons.data?.items ?? []).map((item) => item.reason)])];
  names.sort((left, right) => reasonName(left).localeCompare(reasonName(right)));

  return (
    <div className="filters">
      <SearchBox label={t('Search')} placeholder={t('Recipient, sender, reply or queue ID')} value={search} onSearch={setSearch} language />
      <StatusFilter statuses={statuses} />
      <NativeSelect
        size="xs"
        label={t('Reason')}
        data={[{ value: '', label: t('All') }, ...names.map((name) => ({ value: name, label: reasonName(name) }))]}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <TextInput
        size="xs"
        label={t('SMTP code')}
        placeholder="550"
        inputMode="numeric"
        maxLength={3}
        className="code-input"
        value={smtpCode === none ? '' : smtpCode}
        error={smtpCode.length === 3 && !replyCode.test(smtpCode) ? t('200 to 599') : undefined}
        onChange={(event) => setSmtpCode(event.currentTarget.value.replace(/\D/g, ''))}
      />
      <Checkbox
        size="xs"
        label={t('Unknown code only')}
        checked={unknown === 'true'}
        onChange={(event) => setUnknown(event.currentTarget.checked ? 'true' : '')}
      />
    </div>
  );
}

export function EventChips() {
  const [params] = useSearchParams();
  const filter = readEventFilter(params);

  return (
    <Chips
      chips={[
        { name: 'search', text: t('Search: {text}', { text: filter.search ?? '' }), on: filter.search !== undefined },
        { name: 'status', text: t('Status: {text}', { text: (filter.status ?? []).map(statusLabel).join(', ') }), on: filter.status !== undefined },
        { name: 'reason', text: t('Reason: {text}', { text: reasonName(filter.reason ?? '') }), on: filter.reason !== undefined },
        { name: 'smtpCode', text: t('SMTP code: {text}', { text: codeText(filter.smtpCode) }), on: filter.smtpCode !== undefined },
        { name: 'enhancedCode', text: t('Enhanced code: {text}', { text: codeText(filter.enhancedCode) }), on: filter.enhancedCode !== undefined },
        { name: 'unknown', text: t('Unknown code only'), on: filter.unknownCode === true },
        { name: 'periodOf', text: t('Of mail accepted in the period'), on: filter.periodOf !== undefined },
      ]}
    />
  );
}

const codeText = (code: string | undefined): string => (code === none ? t('none') : (code ?? ''));
