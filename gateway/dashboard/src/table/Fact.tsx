import type { ReactNode } from 'react';
import { Copy } from '../shell/Copy';

/** One line of a list of facts, with a button to copy what else would be typed. What is not known has no line. */
export const Fact = ({ name, copy, children }: { name: string; copy?: string | null; children: ReactNode }) =>
  children === null || children === '' ? null : (
    <>
      <dt>{name}</dt>
      <dd>
        <span>{children}</span>
        {copy ? <Copy value={copy} what={name} /> : null}
      </dd>
    </>
  );
