/** A part of an address as it was meant; null where it is no text at all ("%E0%A4%A"). */
export function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) {
      return null;
    }
    throw error;
  }
}
