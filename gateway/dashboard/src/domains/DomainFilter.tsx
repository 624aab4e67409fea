import { useQuery } from '@tanstack/react-query';
import { domainsQuery, type Scope } from '../api/queries';
import { domainName } from '../format/idn';
import { t } from '../language/language';
import { useParam } from '../shell/urlState';
import { ChoiceOfMany } from '../table/ChoiceOfMany';

/** One of the domains that sent in this time, or all of them; the choice stands in the address. */
export function DomainFilter({ scope: { period, timeZone } }: { scope: Scope }) {
  const [domain, setDomain] = useParam('domain');
  const domains = useQuery(domainsQuery({ period, timeZone }));

  return (
    <ChoiceOfMany
      label={t('Domain')}
      all={t('All domains')}
      names={(domains.data?.items ?? []).map((row) => row.domain)}
      value={domain}
      onChoose={setDomain}
      write={domainName}
    />
  );
}
