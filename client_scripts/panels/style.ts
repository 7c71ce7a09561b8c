/**
 * The look of the panels: one style sheet, put into the page once, only under our own class prefix and only
 * with the Desk's colour and size variables, so that both themes and a site's own theme hold here too.
 */

const ID = 'education-ai-style';

export function addStyle(): void {
  if (document.getElementById(ID)) return;
  const style = document.createElement('style');
  style.id = ID;
  style.textContent = CSS;
  document.head.append(style);
}

const CSS = `
.edai { color: var(--text-color); line-height: 1.5; overflow-wrap: anywhere; }
.edai h3, .edai h4, .edai p, .edai dl, .edai dd, .edai ol, .edai ul, .edai figure { margin: 0; padding: 0; }
.edai h3 { color: var(--heading-color); font-size: var(--text-lg, 16px); font-weight: 600; line-height: 1.4; }
.edai h4 { color: var(--text-muted); font-size: var(--text-sm, 12px); font-weight: 500; line-height: 1.6; }
.edai h3:focus { outline: none; }
.edai h3:focus-visible, .edai [tabindex="0"]:focus-visible, .edai summary:focus-visible,
.edai .btn:focus-visible, .edai a:focus-visible {
  outline: 2px solid var(--text-color); outline-offset: 2px; border-radius: var(--border-radius-sm, 4px);
}
.edai a { color: var(--text-color); text-decoration: underline; }
.edai .btn { max-width: 100%; height: auto; min-height: 24px; white-space: normal; text-align: start; }
.edai-panel { container-type: inline-size; }
.edai-muted { color: var(--text-muted); }
.edai-small { font-size: var(--text-sm, 12px); }
.edai-hear {
  position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap;
}

.edai-head {
  display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between;
  gap: var(--margin-xs, 5px) var(--margin-lg, 20px); padding-bottom: var(--margin-sm, 10px);
  border-bottom: 1px solid var(--border-color);
}
.edai-about { display: flex; flex-wrap: wrap; align-items: center; gap: var(--margin-xs, 5px) var(--margin-sm, 10px); }
.edai-about > strong { font-weight: 600; color: var(--heading-color); }
.edai-about label {
  display: inline-flex; flex-wrap: wrap; align-items: center; gap: 0 6px; max-width: 100%; margin: 0;
  color: var(--text-muted);
}
.edai-about select { width: auto; max-width: 100%; appearance: auto; }
.edai-body { transition: opacity 0.15s; }
.edai-busy .edai-body { opacity: 0.5; }
.edai-lead { padding: var(--margin-lg, 20px) 0; max-width: 48em; }
.edai-lead .edai-level {
  display: inline-block; margin-inline-end: 0.6em; padding: 1px 8px; border-radius: var(--border-radius-sm, 4px);
  background: var(--control-bg); font-size: var(--text-sm, 12px); vertical-align: 2px;
}
.edai-lead p { margin-top: var(--margin-xs, 5px); }
.edai-level { white-space: nowrap; font-weight: 600; color: var(--heading-color); }
.edai-note {
  margin-top: var(--margin-md, 15px) !important; padding: var(--margin-sm, 10px) var(--margin-md, 15px) !important;
  border-inline-start: 3px solid var(--dark-border-color, var(--border-color)); background: var(--subtle-fg);
  border-radius: var(--border-radius-sm, 4px);
}

.edai-part { padding: var(--margin-md, 15px) 0; border-top: 1px solid var(--border-color); }
.edai-part > h4 { margin-bottom: var(--margin-xs, 5px); }
.edai-rows > div { display: grid; gap: 0 var(--margin-md, 15px); padding: var(--margin-xs, 5px) 0; }
.edai-rows dt { font-weight: 600; }
.edai-rows .btn, .edai-who .btn { justify-self: start; margin-top: var(--margin-xs, 5px); }
.edai ol.edai-steps { padding-inline-start: 1.4em; }
.edai-steps li { padding: 2px 0; }
.edai-who { list-style: none; }
.edai-who > li {
  display: grid; gap: 0 var(--margin-md, 15px); padding: var(--margin-sm, 10px) 0;
  border-bottom: 1px solid var(--border-color);
}
.edai-who > li:last-child { border-bottom: 0; }
.edai-who strong { font-weight: 600; }
.edai-bar { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: var(--margin-xs, 5px); }
.edai-gap { margin-top: var(--margin-sm, 10px) !important; }
.edai details > summary { cursor: pointer; width: fit-content; }
.edai details ul { padding-inline-start: 1.4em; margin-top: var(--margin-xs, 5px); }

.edai ul.edai-items { padding-inline-start: 1.4em; }
.edai-items li { padding: 2px 0; }
.edai-note .btn { margin-inline-start: 6px; }
.edai-form > * { margin-bottom: var(--margin-md, 15px); }
.edai-form label, .edai-form legend { display: block; margin-bottom: 4px; font-size: inherit; font-weight: 600; }
.edai-form .edai-check { display: flex; align-items: center; gap: 8px; }
.edai-form .edai-check input { margin: 0; flex: none; }
.edai-form select { appearance: auto; }
.edai-form fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
.edai-form :is(select, input, textarea):focus-visible { outline: 2px solid var(--text-color); outline-offset: 1px; }
.edai ul.edai-kept { list-style: none; margin-top: var(--margin-sm, 10px); }
.edai-kept > li {
  display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between;
  gap: 0 var(--margin-md, 15px); padding: var(--margin-xs, 5px) 0;
}
.edai fieldset.edai-pair {
  display: grid; gap: var(--margin-sm, 10px); border: 0; margin: var(--margin-sm, 10px) 0 0; padding: 0; min-width: 0;
}
.edai-pair legend { margin: 0; padding: 0; border: 0; font-size: inherit; }
.edai-pair label { display: block; min-width: 0; margin: 0; font-size: inherit; }
.edai-pair select { width: 100%; appearance: auto; }
.edai-pair select:focus-visible { outline: 2px solid var(--text-color); outline-offset: 1px; }
.edai-pair > div { display: flex; flex-wrap: wrap; gap: var(--margin-xs, 5px); }
.edai-link { display: grid; gap: 6px; margin-bottom: var(--margin-sm, 10px); }
.edai-link .btn { justify-self: start; }
.edai-sides { display: grid; gap: var(--margin-md, 15px); }
.edai-sides > section {
  padding: var(--margin-md, 15px); border: 1px solid var(--border-color); border-radius: var(--border-radius, 8px);
}
.edai-sides ul { padding-inline-start: 1.2em; }
.edai-sides .btn { margin-top: var(--margin-sm, 10px); }

@container (min-width: 640px) {
  .edai fieldset.edai-pair { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) auto; align-items: end; }
  .edai-pair legend { grid-column: 1 / -1; }
  .edai-link { grid-template-columns: minmax(0, 1fr) minmax(0, 1.4fr) auto; align-items: center; }
  .edai-sides { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .edai-part { display: grid; grid-template-columns: 8.5em minmax(0, 1fr); gap: 0 var(--margin-lg, 20px); }
  .edai-part > h4 { margin: var(--margin-xs, 5px) 0 0; }
  .edai-rows > div { grid-template-columns: 9em minmax(0, 1fr) auto; align-items: baseline; }
  .edai-rows .btn, .edai-who .btn { margin-top: 0; }
  .edai-who > li { grid-template-columns: 12em 5em minmax(0, 1fr) auto; align-items: baseline; }
  .edai .edai-steps, .edai-part > div > p { padding-block: var(--margin-xs, 5px) !important; }
}

.edai-chart { max-width: 40em; }
.edai-plot { position: relative; height: 160px; margin: var(--margin-md, 15px) 0 0; padding-inline-start: 3em; }
.edai-area { position: relative; height: 100%; }
.edai-area svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
.edai-area path { fill: none; stroke-width: 2; vector-effect: non-scaling-stroke; stroke: var(--text-muted); }
.edai-area path.edai-main { stroke: var(--text-color); }
.edai-area path.edai-other { stroke-dasharray: 2 5; stroke-linecap: round; }
.edai-area path.edai-grid { stroke: var(--border-color); stroke-width: 1; }
.edai-dot {
  position: absolute; width: 8px; height: 8px; margin: -4px; border-radius: 50%; background: var(--text-color);
}
.edai-dot > span {
  position: absolute; bottom: 10px; left: 50%; transform: translateX(-50%); font-size: var(--text-xs, 11px);
  font-weight: 600; line-height: 1.2; white-space: nowrap; background: var(--card-bg); border-radius: 2px;
}
.edai-scale { position: absolute; inset-inline-start: 0; width: 2.4em; text-align: end; transform: translateY(-50%); }
.edai-scale, .edai-days { font-size: var(--text-xs, 11px); color: var(--text-muted); }
.edai-days { position: relative; height: 1.8em; margin: var(--margin-xs, 5px) 0 0; margin-inline-start: 3em; }
.edai-days > span { position: absolute; transform: translateX(-50%); white-space: nowrap; }
.edai-key { display: flex; flex-wrap: wrap; gap: 0 var(--margin-md, 15px); font-size: var(--text-sm, 12px); }
.edai-key > span { display: inline-flex; align-items: center; gap: 6px; }
.edai-key i { width: 18px; border-top: 2px solid var(--text-color); }
.edai-key .edai-other i { border-top: 2px dotted var(--text-muted); }
.edai-bands { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 6px var(--margin-sm, 10px); align-items: center; }
.edai-bands > div { display: flex; align-items: center; gap: 8px; }
.edai-bands i { height: 14px; min-width: 2px; border-radius: 2px; background: var(--text-muted); opacity: 0.6; }

.edai-scroll { overflow-x: auto; }
.edai-table { width: 100%; border-collapse: collapse; overflow-wrap: break-word; font-size: var(--text-sm, 12px); }
.edai-table th, .edai-table td {
  padding: 6px var(--margin-sm, 10px); border-bottom: 1px solid var(--border-color); text-align: start;
  font-weight: 400; vertical-align: top;
}
.edai-table thead th { color: var(--text-muted); font-weight: 500; }

@container (max-width: 420px) {
  .edai-days > span:not(:first-child):not(:last-child) { display: none; }
  .edai-table th, .edai-table td { padding-inline: 6px; }
}

.edai-wait { opacity: 0; animation: edai-in 0.2s 0.25s forwards; padding: var(--margin-lg, 20px) 0; }
.edai-wait i {
  display: block; height: 12px; margin-bottom: 14px; border-radius: var(--border-radius-sm, 4px);
  background: var(--control-bg);
}
@keyframes edai-in { to { opacity: 1; } }

.edai-line {
  display: flex; flex-wrap: wrap; align-items: center; gap: var(--margin-xs, 5px) var(--margin-sm, 10px);
  margin-bottom: var(--margin-sm, 10px); padding: var(--padding-sm, 6px) var(--padding-md, 15px);
  border: 1px solid var(--border-color); border-radius: var(--border-radius, 8px);
}
.edai-line .btn { margin-inline-start: auto; }
.form-layout:has([id$='-education_ai_tab'].active) .edai-line .btn { visibility: hidden; }
`;
