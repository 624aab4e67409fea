import type { components } from '../api/schema';
import type { Overview } from '../api/types';
import { NumbersElement, part } from './element';
import type { TextName, Texts } from './texts';

type Timeline = components['schemas']['Timeline'];
type Numbers = { overview: Overview; timeline: Timeline };

const rates = ['deliveryRate', 'softBounceRate', 'hardBounceRate'] as const satisfies readonly TextName[];
const svg = 'http://www.w3.org/2000/svg';

/** `<mailstats-overview>`: the four indicators of a period and its recipients over time; with `domain` those of one domain. */
export class OverviewElement extends NumbersElement<Numbers> {
  protected override async load(): Promise<Numbers> {
    const period = this.getAttribute('period') ?? 'last-7-days';
    const interval = period === 'today' || period === 'yesterday' || period === 'last-24-hours' ? 'hour' : 'day';
    const scope = { period, domain: this.getAttribute('domain') };
    const [overview, timeline] = await Promise.all([
      this.source.get<Overview>('/v1/overview', scope),
      this.source.get<Timeline>('/v1/timeline', { ...scope, interval }),
    ]);

    return { overview, timeline };
  }

  protected override name(_: Numbers | null, texts: Texts): string {
    return texts.say('overview');
  }

  protected override draw({ overview, timeline }: Numbers, texts: Texts): (Node | string)[] {
    const { recipients, pending } = overview;
    const waiting = pending.value === 0 ? '' : ` · ${texts.say('pending', { n: texts.count(pending.value) })}`;
    const figures = [
      figure(texts, 'recipients', texts.count(recipients.value), texts.count(recipients.previous), waiting),
      ...rates.map((name) => figure(texts, name, texts.percent(overview[name].value), texts.percent(overview[name].previous), '')),
    ];

    return [part('dl', 'figures', ...figures), chart(timeline, texts)];
  }
}

const figure = (texts: Texts, name: TextName, value: string, previous: string, more: string): HTMLElement => {
  const group = part(
    'div',
    'figure',
    part('dt', '', texts.say(name)),
    part('dd', 'value', value),
    part('dd', 'second', `${texts.say('before', { value: previous })}${more}`),
  );
  group.dataset.indicator = name;

  return group;
};

function chart({ points }: Timeline, texts: Texts): Element {
  const most = points.reduce((highest, { recipients }) => Math.max(highest, recipients), 0);
  const all = points.reduce((sum, { recipients }) => sum + recipients, 0);
  const drawing = document.createElementNS(svg, 'svg');
  drawing.setAttribute('class', 'chart');
  drawing.setAttribute('role', 'img');
  drawing.setAttribute('aria-label', texts.say('chart', { most: texts.count(most), all: texts.count(all) }));
  drawing.setAttribute('viewBox', `0 0 ${points.length} 1`);
  drawing.setAttribute('preserveAspectRatio', 'none');
  points.forEach(({ recipients }, index) => {
    const height = most === 0 ? 0 : recipients / most;
    const bar = document.createElementNS(svg, 'rect');
    for (const [name, value] of Object.entries({ x: index + 0.1, y: 1 - height, width: 0.8, height })) {
      bar.setAttribute(name, String(value));
    }
    drawing.append(bar);
  });

  return drawing;
}
