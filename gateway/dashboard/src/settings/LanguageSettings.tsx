import { NativeSelect } from '@mantine/core';
import { count } from '../format/numbers';
import { fullMoment } from '../format/times';
import { chooseLanguage, hasChosenLanguage, language, languages, locale, t } from '../language/language';
import { useTimeZone } from '../shell/preferences';
import { nameOf } from './languageName';
import { Setting } from './parts';

/** The language of the pages in this browser, and how numbers and times are then written. */
export default function LanguageSettings() {
  const zone = useTimeZone();

  return (
    <section className="panel" aria-label={t('Languages')}>
      <Setting name={t('Language of the pages')} text={t('Kept in this browser. The page is loaded again in the new language.')} of="language">
        <NativeSelect
          id="language"
          size="xs"
          w={320}
          data={[{ value: '', label: t('Same as this browser') }, ...languages.map((tag) => ({ value: tag, label: nameOf(tag) }))]}
          value={hasChosenLanguage() ? language() : ''}
          onChange={(event) => chooseLanguage(event.currentTarget.value || null)}
        />
      </Setting>
      <Setting name={t('Numbers and times')} text={t('Written as is usual in your browser’s region ({region}).', { region: locale() })}>
        <p>{count(1_234_567)}</p>
        <p>{fullMoment(Date.now(), zone)}</p>
      </Setting>
    </section>
  );
}
