import { useSearchParams } from 'wouter';

/**
 * One value in the address. Setting it drops the pages: another question has another first page. An empty value leaves
 * no trace.
 */
export function useParam(name: string): [string, (value: string) => void] {
  const [params, setParams] = useSearchParams();

  return [
    params.get(name) ?? '',
    (value) =>
      setParams((current) => {
        const next = new URLSearchParams(current);
        if (!isPage(name)) {
          [...next.keys()].filter(isPage).forEach((key) => next.delete(key));
        }
        if (value === '') {
          next.delete(name);
        } else {
          next.set(name, value);
        }

        return next;
      }),
  ];
}

const isPage = (name: string): boolean => name === 'cursor' || name === 'page' || name.endsWith('Page');
