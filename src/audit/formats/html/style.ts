import { severities } from '../../severity.ts';
import { dark, light } from './colours.ts';

const properties = (colours: Readonly<Record<string, string>>): string =>
  Object.entries(colours)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');

const bySeverity = severities
  .map(
    (one) =>
      `.mark.s-${one}::before{background:var(--${one})}path.s-${one}{fill:var(--${one});fill-opacity:.88}.heat-${one}{background:var(--tint-${one})}`,
  )
  .join('\n');

const page = `
*{box-sizing:border-box}
html{color-scheme:light;background:var(--paper);color:var(--ink);font:15px/1.5 ui-sans-serif,system-ui,"Segoe UI","Helvetica Neue",Arial,"DejaVu Sans",sans-serif;-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:76rem;padding:2.5rem 1.5rem 4rem;overflow-wrap:anywhere}
h1,h2{font-family:"Iowan Old Style","Palatino Linotype",Palatino,"Book Antiqua",Georgia,"DejaVu Serif",serif;font-weight:500;text-wrap:balance}
h1{font-size:clamp(1.7rem,1.2rem + 2vw,2.6rem);line-height:1.15;letter-spacing:-.01em;margin:0 0 .6rem}
h2{font-size:1.35rem;margin:3rem 0 .9rem;padding-top:.9rem;border-top:1px solid var(--line)}
h3{font-size:1rem;font-weight:600;line-height:1.4;margin:0 0 .15rem}
p{margin:0 0 .6rem;max-width:46rem}
code,pre,.number,.clock{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
code,pre{font-size:.82em}
pre{margin:0;white-space:pre-wrap}
a{color:inherit}
:focus-visible{outline:2px solid var(--low);outline-offset:2px}
.hear{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip-link{position:absolute;left:-100vw}.skip-link:focus{left:1rem;top:.5rem;background:var(--paper);padding:.3rem .6rem}
.kicker{font-size:.78rem;letter-spacing:.12em;text-transform:uppercase;color:var(--soft);margin:0 0 .5rem}
.verdict{border-left:3px solid var(--high);padding-left:1.2rem}
.verdict.good{border-color:var(--good)}
.further{font-size:1.1rem;margin:0 0 .2rem}
.subtitle,.quiet,figcaption,.label{color:var(--soft)}
.subtitle{margin:.7rem 0 0;font-size:.9rem}
nav{margin:1.6rem 0 0;font-size:.9rem}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem 1.3rem;margin:0;padding:0}
.quiet,figcaption{font-size:.86rem}
.alarm{color:var(--critical);font-weight:600}.warn{color:var(--high)}
.clock{font-size:.82em;color:var(--soft);white-space:nowrap}
time{white-space:nowrap}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.42rem .9rem .42rem 0;border-bottom:1px solid var(--line);font-weight:400}
th:last-child,td:last-child{padding-right:0}
thead th{overflow-wrap:normal;font-size:.78rem;color:var(--soft);letter-spacing:.03em;vertical-align:bottom}
tbody th{font-weight:600}
.number{white-space:nowrap;text-align:right;font-variant-numeric:tabular-nums;font-size:.84rem}
thead .number{font-family:inherit;font-size:.78rem}
.wide{overflow-x:auto;position:relative}
summary{cursor:pointer;color:var(--soft);font-size:.86rem;padding:.15rem 0;width:fit-content}
summary:hover{color:var(--ink)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem .9rem;margin:.3rem 0 .5rem;font-size:.88rem}
dt{color:var(--soft)}dd{margin:0;min-width:0}
.mark{font-size:.82rem;white-space:nowrap;font-weight:600}
.mark::before{content:"";display:inline-block;width:.62em;height:.62em;margin-right:.4em;border-radius:1px}
figure{margin:0}
.chart{position:relative;margin:1rem 0 .5rem;padding:0 0 1.6rem 2.4rem}
.chart svg{display:block;width:100%;height:11rem;overflow:visible}
.chart span{position:absolute;font-size:.78rem;color:var(--soft)}
.chart .most{left:0;top:-.5em;width:1.9rem;text-align:right}.chart .none{left:0;bottom:1.1rem;width:1.9rem;text-align:right}
.chart .from{left:2.4rem;bottom:0}.chart .to{right:0;bottom:0}.chart .clock{position:static;display:none}
.chart path{stroke:var(--paper);stroke-width:1;vector-effect:non-scaling-stroke}
.axis{stroke:var(--soft);stroke-width:1;vector-effect:non-scaling-stroke}
.time{fill:transparent}.time:hover{fill:var(--ink);fill-opacity:.08}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;font-size:.86rem}
.heat{width:auto}
.heat th,.heat td{padding:.3rem .7rem;white-space:nowrap}
.heat tbody th{padding-left:0;font-weight:400;border:0}
.wide+.quiet{margin-top:.9rem}
.heat.single{width:100%}.heat.single thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.heat.single tbody{display:grid;grid-template-columns:repeat(auto-fill,minmax(10.5rem,1fr));gap:0 2.4rem}
.heat.single tr{display:grid;grid-template-columns:1fr 3.4rem;border-bottom:1px solid var(--line);align-items:center}
.heat td{text-align:center;min-width:2.8rem;padding:.3rem .25rem;border:2px solid var(--paper)}
.heat td a{display:block;text-decoration:none;font-weight:600;font-variant-numeric:tabular-nums}
.heat td a:hover{text-decoration:underline}
.heat small{margin-left:.2em;font-weight:400}
.heat .clean{color:var(--good)}.heat .blank{color:var(--soft)}
.heat.many thead th span{writing-mode:vertical-rl;transform:rotate(180deg);display:inline-block}
.heat.many thead th{text-align:center}.heat.many thead th:first-child,.heat.few thead th:first-child{text-align:left;padding-left:0}
.heat.many thead th:first-child span{writing-mode:horizontal-tb;transform:none}
.filter{display:flex;flex-wrap:wrap;gap:.6rem 1.1rem;align-items:end;margin:0 0 1.4rem;font-size:.86rem;color:var(--soft)}
.filter label{display:grid;gap:.15rem;min-width:0}
select,input,button{height:2.1rem;font:inherit;color:var(--ink);background:var(--field);border:1px solid var(--soft);border-radius:3px;padding:0 .5rem;max-width:100%}
button{cursor:pointer}output{min-height:1.5em;align-self:center}
[hidden]{display:none!important}
.none-open{font-size:1.05rem;color:var(--good)}
.check{margin:0 0 1.7rem}
.check h3 code{font-weight:400;color:var(--soft);margin-left:.3em}
.check .mark{margin-right:.5em}
.do{font-size:.9rem}
.change{font-size:.78rem;border:1px solid currentColor;border-radius:3px;padding:0 .35em;white-space:nowrap}
.change.new,.change.newly-unknown{color:var(--high)}.change.fixed{color:var(--good)}
.check thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media (min-width:44.01rem){.check table,.others table{table-layout:fixed}.stack tbody th{min-width:7.5rem}.plain-words{min-width:6rem}}
.check tbody{border-top:1px solid var(--line)}
col.host{width:15%}col.subject{width:22%}col.status{width:9.5rem}.check col.expected{width:24%}col.subject:first-child{width:32%}.others col.found{width:24%}
@media (min-width:44.01rem){.check .expected:not(:empty)::before{content:"expected ";color:var(--soft)}}
td code{color:var(--soft)}
footer{margin-top:3.5rem;padding-top:.9rem;border-top:1px solid var(--line);color:var(--soft);font-size:.86rem}
footer pre{margin:.3rem 0 .8rem}
`;

const phone = `
@media (max-width:44rem){
body{padding:1.4rem 1rem 3rem}
.verdict{padding-left:.9rem}
.stack,.stack tbody,.stack tr,.stack td,.stack tbody th{display:block;width:auto!important}
.stack thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.stack tr{border-bottom:1px solid var(--line);padding:.5rem 0}
.stack td,.stack tbody th{border:0;padding:.1rem 0 .1rem 6.2rem;position:relative;text-align:left}
.stack td:empty{display:none}
.stack td::before,.stack tbody th::before{content:attr(data-label);position:absolute;left:0;color:var(--soft);font:400 .8rem/1.75 ui-sans-serif,system-ui,"DejaVu Sans",sans-serif}
.stack .number{display:inline-block;padding:.1rem 1.1rem .1rem 0}.stack .number::before{position:static;margin-right:.4em}
.filter label{flex:1 1 8rem}.filter select,.filter input{width:100%}
}
`;

const print = `
@media print{
html{font-size:10.5px}
body{max-width:none;padding:0}
.filter,nav,.skip-link,.time,.figures{display:none!important}
summary{list-style:none}
details::details-content{content-visibility:visible;display:block;height:auto}
tr,.check h3,figure{break-inside:avoid}
h2,h3{break-after:avoid}
.wide{overflow:visible}
*{print-color-adjust:exact}
}
@page{margin:16mm 14mm}
`;

/** The style sheet of the page: light on paper always, dark where the reader's screen is. */
export const style = `:root{${properties(light)}}
@media screen and (prefers-color-scheme:dark){:root{${properties(dark)}}html{color-scheme:dark}}
${page}${bySeverity}
${phone}${print}`;
