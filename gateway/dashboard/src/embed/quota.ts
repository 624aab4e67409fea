import type { Quota } from '../api/types';
import { NumbersElement, part } from './element';
import type { Texts } from './texts';

/** `<mailstats-quota>`: how much of the quota is used; with `domain` that of the domain's tightest limit. */
export class QuotaElement extends NumbersElement<Quota> {
  protected override load(): Promise<Quota> {
    return this.source.get('/v1/quota', { domain: this.getAttribute('domain') });
  }

  protected override name(quota: Quota | null, texts: Texts): string {
    return texts.say(quota?.window === 'day' ? 'dayQuota' : 'quota');
  }

  protected override draw(quota: Quota, texts: Texts): (Node | string)[] {
    if (quota.limit === null) {
      return [part('p', 'quota', texts.say('unlimited', { used: texts.count(quota.used) }))];
    }

    // What is reserved is taken.
    const taken = quota.used + quota.reserved;
    const percent = quota.limit === 0 ? 100 : (taken / quota.limit) * 100;
    const used = texts.say('used', { used: texts.count(taken), limit: texts.count(quota.limit) });
    const fill = part('div', 'fill');
    fill.style.setProperty('width', `${Math.min(100, percent)}%`);
    const track = part('div', 'track', fill);
    for (const [name, value] of [
      ['role', 'progressbar'], ['aria-label', used], ['aria-valuemin', '0'], ['aria-valuemax', '100'],
      ['aria-valuenow', String(Math.min(100, Math.floor(percent)))], ['aria-valuetext', `${used}, ${texts.percent(percent)}`],
    ] as const) {
      track.setAttribute(name, value);
    }
    const box = part(
      'div',
      'quota',
      part('div', 'line', part('span', 'strong', this.name(quota, texts)), part('span', '', `${used} · ${texts.percent(percent)}`)),
      track,
      part('p', 'second', ...this.#outlook(quota, texts)),
    );
    box.dataset.level = quota.level;

    return [box];
  }

  #outlook(quota: Quota, texts: Texts): (Node | string)[] {
    const resets = texts.say('resets', { day: texts.day(quota.resetsAt, quota.timeZone) });
    if (quota.level === 'red') {
      return [part('span', 'strong', texts.say('reached')), ` · ${resets}`];
    }

    return quota.projectedExhaustion === null
      ? [resets]
      : [`${texts.say('projected', { day: texts.day(quota.projectedExhaustion, quota.timeZone) })} · ${resets}`];
  }
}
