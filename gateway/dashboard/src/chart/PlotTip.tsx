import type { TimelinePoint } from '../api/types';
import { count, rate } from '../format/numbers';
import { t } from '../language/language';
import { series, type SeriesKey } from './series';
import { share } from './slots';

const tipWidth = 244;
const apart = 14;

/** All numbers and rates of a point, beside the pointer. */
export function PlotTip({ point, title, shown, x, y, width, running }: {
  point: TimelinePoint;
  title: string;
  shown: ReadonlySet<SeriesKey>;
  x: number;
  y: number;
  width: number;
  running: boolean;
}) {
  const beside = x + apart + tipWidth > width ? x - apart - tipWidth : x + apart;

  return (
    <div className="plot-tip" aria-hidden="true" style={{ transform: `translate(${Math.max(0, beside)}px, ${Math.max(0, Math.min(180, y - 40))}px)` }}>
      <b>{title}</b>
      {running ? <span className="muted"> {t('(still running)')}</span> : null}
      <table>
        <tbody>
          <tr>
            <td>{t('Recipients')}</td>
            <td>
              <b>{count(point.recipients)}</b>
            </td>
            <td />
          </tr>
          {series
            .filter(({ key }) => shown.has(key))
            .map(({ key, label }) => (
              <tr key={key}>
                <td>
                  <span className="swatch" data-series={key} />
                  {label}
                </td>
                <td>{count(point[key])}</td>
                <td>{rate(share(point[key], point.recipients))}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}
