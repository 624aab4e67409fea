import { useQuery } from '@tanstack/react-query';
import { providersQuery, type Scope } from '../api/queries';
import { receiverName } from '../incidents/incidentTexts';
import { t } from '../language/language';
import { useParam } from '../shell/urlState';
import { ChoiceOfMany } from '../table/ChoiceOfMany';

/** One of the receivers of this time, or all of them; the choice stands in the address. */
export function ReceiverFilter({ scope: { period, timeZone } }: { scope: Scope }) {
  const [provider, setProvider] = useParam('provider');
  const providers = useQuery(providersQuery({ period, timeZone }));

  return (
    <ChoiceOfMany
      label={t('Receiver')}
      all={t('All receivers')}
      names={(providers.data?.items ?? []).map((row) => row.provider)}
      value={provider}
      onChoose={setProvider}
      write={receiverName}
    />
  );
}
