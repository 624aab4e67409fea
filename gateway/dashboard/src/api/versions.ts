/** What stood at an address when it was last read: a change of it is to be made only while that still stands. */
const versions = new Map<string, string>();

/** Settings have strong tags; those of numbers are weak, and nobody changes numbers. */
export function rememberVersion(url: string, tag: string | null): void {
  if (tag?.startsWith('"') === true) {
    versions.set(url, tag);
  }
}

export const versionOf = (url: string): string | undefined => versions.get(url);
