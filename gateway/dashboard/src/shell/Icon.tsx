const paths = {
  up: 'M12 19V6m-6 6 6-6 6 6',
  down: 'M12 5v13m6-6-6 6-6-6',
  level: 'M5 12h14',
  check: 'm5 12.5 4.5 4.5L19 7',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 4.5V12l3 2',
  softBounce: 'M12 5 3.500 19h17L12 5Z',
  cross: 'M6 6l12 12M18 6 6 18',
  hardBounce: 'M4 4h16v16H4zM9 9l6 6m0-6-6 6',
  stop: 'M8.100 3h7.800L21 8.100v7.800L15.900 21H8.100L3 15.900V8.100L8.100 3ZM8 12h8',
  warning: 'M12 4 2.800 20h18.400L12 4Zm0 6v4.500m0 2.500v.1',
  flag: 'M6 21V4m0 1h12l-2.500 4L18 13H6',
  inbox: 'M4 13l2.500-8h11L20 13v6H4v-6Zm0 0h5l1.500 2.500h3L15 13h5',
  refresh: 'M20 11a8 8 0 0 0-14.500-3.500L4 9m0-5v5h5m-5 4a8 8 0 0 0 14.500 3.500L20 15m0 5v-5h-5',
  download: 'M12 4v11m-5-5 5 5 5-5M5 20h14',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm5 12 4.500 4.500',
  link: 'M14 5h5v5m0-5-8 8M11 6H5v13h13v-6',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Zm0-5v2m0 14v2M3 12h2m14 0h2M5.600 5.600 7 7m10 10 1.400 1.400M5.600 18.400 7 17M17 7l1.400-1.400',
  moon: 'M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500Z',
  out: 'M14 4H6v16h8m-4-8h10m-3.500-3.500L20 12l-3.500 3.500',
  left: 'm14 6-6 6 6 6',
  right: 'm10 6 6 6-6 6',
  plus: 'M12 5v14M5 12h14',
  copy: 'M9 9h10v11H9zM15 9V4H5v11h4',
  chart: 'M3 21h18M6 21v-8m6 8V4m6 17v-6',
  globe: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm-9 9h18M12 3c3 3 3 15 0 18-3-3-3-15 0-18Z',
  home: 'm3.500 11 8.500-7.500L20.500 11M6 9.500V20h12V9.500',
  mail: 'M3 5.500h18v13H3zm.500 1L12 13l8.500-6.500',
  list: 'M4 6h16M4 12h16M4 18h16',
  columns: 'M3 5h18v14H3zM9 5v14m6-14v14',
  mute: 'M6 17V11a6 6 0 0 1 12 0v6l1.500 2h-15L6 17Zm4 4.500h4M4 4l16 17',
  more: 'M5 12h.1M12 12h.1M19 12h.1',
  dot: 'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z',
} as const;

export type IconName = keyof typeof paths;

/** A drawing that says nothing by itself: the words stand beside it. */
export const Icon = ({ name, size = 16 }: { name: IconName; size?: number }) => (
  <svg
    className="icon"
    width={size}
    height={size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    strokeWidth="2"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    <path d={paths[name]} fill={name === 'softBounce' ? 'currentColor' : 'none'} />
  </svg>
);
