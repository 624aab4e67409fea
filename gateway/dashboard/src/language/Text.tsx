import { Fragment, type ReactNode } from 'react';
import { pieces } from './language';

/** A text with elements in it: `<Text of="{used} of {limit} used" values={{ used: <b>3</b>, limit: … }} />`. */
export const Text = ({ of, values }: { of: string; values: Readonly<Record<string, ReactNode>> }) =>
  pieces(of).map((piece, index) => (
    <Fragment key={index}>{piece.startsWith('{') ? (values[piece.slice(1, -1)] ?? piece) : piece}</Fragment>
  ));
