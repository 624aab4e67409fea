/** A language's name in itself. */
export const nameOf = (tag: string): string => {
  const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;

  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
};
