import { useState } from 'react';
import { t } from '../language/language';
import { piecesOf, safeLink } from './links';

const short = 130;

/** A reply with its links; a long one is cut until it is asked for, where it may be. */
export function Linked({ text, documentation, whole: always = false }: { text: string; documentation?: string | null | undefined; whole?: boolean }) {
  const [whole, setWhole] = useState(false);
  const long = !always && text.length > short;
  const shown = long && !whole ? `${text.slice(0, short)}…` : text;
  const page = documentation ? safeLink(documentation) : null;

  return (
    <span className="reply">
      {/* A link that the cut went through would lead elsewhere. */}
      {long && !whole ? shown : piecesOf(shown).map((piece, index) =>
        'link' in piece ? <Outward key={index} href={piece.link} text={piece.text} /> : <span key={index}>{piece.text}</span>,
      )}
      {long ? (
        <button type="button" className="as-link" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? t('less') : t('whole reply')}
        </button>
      ) : null}
      {page !== null && !shown.includes(page) ? <Outward href={page} text={t('Help at {host}', { host: new URL(page).hostname })} /> : null}
    </span>
  );
}

const Outward = ({ href, text }: { href: string; text: string }) => (
  <a href={href} target="_blank" rel="noopener noreferrer nofollow">
    {text}
    <span className="hidden-text"> {t('(opens another site)')}</span>
  </a>
);
