import type { ReportFormat } from './format.ts';
import { html } from './html.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import { prometheus } from './prometheus.ts';
import { sarif } from './sarif.ts';
import { text } from './text.ts';

/** Every format of reports; the first is the default. */
export const reportFormats: readonly ReportFormat[] = [text, json, junit, sarif, prometheus, markdown, html];
