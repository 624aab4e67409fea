import { OverviewElement } from './overview';
import { QuotaElement } from './quota';

// A page may load the file twice, or have another version of it already.
for (const [name, element] of [['mailstats-quota', QuotaElement], ['mailstats-overview', OverviewElement]] as const) {
  if (customElements.get(name) === undefined) {
    customElements.define(name, element);
  }
}
