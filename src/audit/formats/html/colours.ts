/** Colours by role, for paper and for a dark screen. Text on `paper` and `tint…` keeps a contrast of 4.5 (WCAG 2.2, 1.4.3). */
export const light: Readonly<Record<string, string>> = {
  paper: '#fcfbf8',
  ink: '#1c1b19',
  soft: '#5e5a52',
  line: '#dcd8cf',
  field: '#ffffff',
  good: '#2c6a43',
  critical: '#8c1230',
  high: '#b8431d',
  medium: '#9a6b09',
  low: '#446a9c',
  info: '#77736a',
  'tint-critical': '#f3d3d8',
  'tint-high': '#f7dccb',
  'tint-medium': '#f5e6c0',
  'tint-low': '#dbe5f2',
  'tint-info': '#e9e6df',
};

/** The same for a dark screen. */
export const dark: Readonly<Record<string, string>> = {
  paper: '#15171a',
  ink: '#e8e5de',
  soft: '#a5a198',
  line: '#34373c',
  field: '#1d2024',
  good: '#7fc79a',
  critical: '#ff8fa3',
  high: '#f09a6a',
  medium: '#ddb45a',
  low: '#93b7e6',
  info: '#a09c94',
  'tint-critical': '#4d1f2b',
  'tint-high': '#4a2a1c',
  'tint-medium': '#403415',
  'tint-low': '#22334b',
  'tint-info': '#2b2d31',
};
