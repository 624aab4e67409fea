/** An address that may break before its domain, and nowhere else unless it must. */
export function Address({ value }: { value: string }) {
  const at = value.lastIndexOf('@');

  return at <= 0 ? (
    <>{value}</>
  ) : (
    <>
      {value.slice(0, at)}
      <wbr />
      {value.slice(at)}
    </>
  );
}
