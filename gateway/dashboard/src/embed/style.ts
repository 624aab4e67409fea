/** Colours and type of the page can be set by these custom properties; nothing else of it reaches in here. */
const sheet = `
:host { display: block; }
.box {
  all: initial;
  display: block;
  box-sizing: border-box;
  padding: var(--mailstats-padding, 16px);
  border: 1px solid var(--mailstats-line, light-dark(#e4e7ec, #252b33));
  border-radius: var(--mailstats-radius, 8px);
  background: var(--mailstats-surface, light-dark(#ffffff, #14181d));
  color: var(--mailstats-ink, light-dark(#14181f, #e7eaef));
  color-scheme: inherit;
  font: 13px/20px var(--mailstats-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif);
  font-variant-numeric: tabular-nums;
  container-type: inline-size;
}
.box p, .box dl, .box dd { margin: 0; }
.note, .second { color: var(--mailstats-ink-2, light-dark(#4a5361, #a7b0bd)); }
.box[data-stale] .figures, .box[data-stale] .quota { opacity: 0.6; }

.line { display: flex; flex-wrap: wrap; gap: 4px 12px; justify-content: space-between; }
.strong { font-weight: 600; }
.track {
  position: relative; height: 10px; margin: 8px 0; overflow: hidden; border-radius: 5px; forced-color-adjust: none;
  background: var(--mailstats-track, light-dark(#e4e7ec, #353d48)); outline: 1px solid transparent;
}
.fill { position: absolute; inset: 0 auto 0 0; background: var(--mailstats-blue, light-dark(#1b57b5, #4f8df0)); }
[data-level=orange] .fill { background: var(--mailstats-orange, light-dark(#d96c06, #f09a3e)); }
[data-level=red] .fill { background: var(--mailstats-red, light-dark(#b0123b, #f0607c)); }
[data-level=red] .strong { color: var(--mailstats-red-ink, light-dark(#b0123b, #ff7f96)); }
@media (forced-colors: active) {
  .track { background: Canvas; outline-color: CanvasText; }
  .fill, [data-level] .fill { background: Highlight; }
}

.figures { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px 24px; }
@container (max-width: 480px) { .figures { grid-template-columns: 1fr 1fr; } }
.figure dt { color: var(--mailstats-ink-2, light-dark(#4a5361, #a7b0bd)); font-size: 12px; line-height: 16px; }
.figure .value { font-size: 22px; line-height: 28px; font-weight: 600; }
.chart { display: block; width: 100%; height: 56px; margin-top: 12px; }
.chart rect { fill: var(--mailstats-blue, light-dark(#6695d8, #4a7bc8)); }
@media (forced-colors: active) { .chart rect { fill: CanvasText; } }
`;

let made: CSSStyleSheet | undefined;

/** One for all elements. A sheet that script makes needs no exception in the page's content security policy. */
export function style(): CSSStyleSheet {
  if (made === undefined) {
    made = new CSSStyleSheet();
    made.replaceSync(sheet);
  }

  return made;
}
