import type { Incident } from '../api/types';
import { headline } from '../incidents/incidentTexts';

/** Where an incident stands in a chart, and at which side its words have room; null where they have none. */
export type ChartMark = { incident: Incident; from: number; to: number; text: string; anchor: 'start' | 'end' | null };

// The widest that a letter of the axis takes, on average, in pixels.
const letter = 6;
const apart = 12;

/** The later ones first: they are looked for most. Words that would lie on others are left out, the list below the chart has them. */
export function marksOf(incidents: readonly Incident[], xOf: (time: number) => number, now: number, left: number, right: number): ChartMark[] {
  const taken: { from: number; to: number }[] = [];
  const marks = incidents
    .map((incident) => {
      const from = xOf(Date.parse(incident.startedAt));

      return { incident, from, to: Math.max(from + 3, xOf(incident.closedAt ? Date.parse(incident.closedAt) : now)), text: headline(incident) };
    })
    .toSorted((one, other) => other.from - one.from);
  const free = (from: number, to: number): boolean =>
    from >= left && to <= right && marks.every((mark) => mark.to < from || mark.from > to) && taken.every((place) => place.to < from || place.from > to);

  return marks.map((mark) => {
    const width = mark.text.length * letter + apart;
    const places = [
      { anchor: 'start' as const, from: mark.to + 1, to: mark.to + width },
      { anchor: 'end' as const, from: mark.from - width, to: mark.from - 1 },
    ];
    const found = places.find(({ from, to }) => free(from, to));
    if (found !== undefined) {
      taken.push(found);
    }

    return { ...mark, anchor: found?.anchor ?? null };
  });
}
