import { t } from '../language/language';

/** What a key may be allowed; the last two only by an operator. */
const scopes = [
  { value: 'read', label: t('Read statistics') },
  { value: 'statistics', label: t('See numbers only, no addresses') },
  { value: 'ingest', label: t('Report events') },
  { value: 'admin', label: t('Administer the tenant') },
  { value: 'ingest-all', label: t('Report events of every tenant') },
  { value: 'operator', label: t('Operate all tenants') },
] as const;

const operatorsOnly: readonly string[] = ['ingest-all', 'operator'];

export const offeredScopes = (mine: readonly string[]): { value: string; label: string }[] =>
  scopes.filter(({ value }) => mine.includes('operator') || !operatorsOnly.includes(value));

export const scopeNames = (held: readonly string[]): string =>
  held.map((scope) => scopes.find(({ value }) => value === scope)?.label ?? scope).join(', ');
