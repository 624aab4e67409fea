import { createTheme } from '@mantine/core';

/**
 * What Mantine's components take as properties. Colours and fonts are variables in styles/tokens.css: Mantine's own way, a
 * style element written at run time, is forbidden by the content security policy.
 */
export const theme = createTheme({
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Tooltip: { defaultProps: { transitionProps: { duration: 0 } } },
    Popover: { defaultProps: { transitionProps: { duration: 0 } } },
  },
});
