/** The part of a panel that its reader may edit: what is set, what waits for a decision, and a way to change it. Pure. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { type Actions, factRows, paragraph, type Piece, section } from './sections.ts';
import type { Link, SettingKey, SettingPart } from './setting-answers.ts';

export function settingSections(parts: SettingPart[], actions: Actions): TemplateResult[] {
  return parts.map(
    (part) => html`${section(part.title, content(part), waiting(part, actions), edit(part, actions))}`,
  );
}

function content(part: SettingPart): Piece {
  const [only] = part.keys;
  if (part.keys.length === 1 && only && (only.kind === 'list' || only.kind === 'links')) return items(only);
  return factRows(part.keys.map((key) => ({ title: key.label, text: key.lines.join(', ') })));
}

function items(key: SettingKey): Piece {
  if (key.lines.length === 0) return paragraph(__('None yet.'), 'edai-muted');
  const links = key.kind === 'links' && Array.isArray(key.value) ? key.value : null;
  return html`<ul class="edai-items">
    ${
      links
        ? links.map((link) =>
            typeof link === 'string' ? nothing : html`<li><bdi>${anchor(link)}</bdi></li>`,
          )
        : key.lines.map((line) => html`<li><bdi>${line}</bdi></li>`)
    }
  </ul>`;
}

/** Only pages of the web and of the site itself: an address is what somebody typed. */
function anchor({ title, url }: Link): TemplateResult {
  if (/^https?:\/\//.test(url))
    return html`<a href=${url} target="_blank" rel="noopener noreferrer">${title}</a>`;
  return /^\/[^/\\]/.test(url) ? html`<a href=${url}>${title}</a>` : html`${title}`;
}

function waiting(part: SettingPart, actions: Actions): Piece {
  if (part.conflicts.length === 0) return nothing;
  return html`${part.conflicts.map(({ key, name }) => {
    const label = part.keys.find((one) => one.key === key)?.label ?? key;
    return html`<p class="edai-note">
      ${__('{0}: the analysis suggests something else. Nothing changes until somebody decides.', [label])}
      <button
        type="button"
        class="btn btn-xs btn-default"
        aria-label=${__('Decide: {0}', [label])}
        @click=${() => actions.openConflict(name)}
      >
        ${__('Decide')}
      </button>
    </p>`;
  })}`;
}

function edit(part: SettingPart, actions: Actions): TemplateResult {
  return html`<button
    type="button"
    class="btn btn-xs btn-default edai-gap"
    aria-label=${__('Edit: {0}', [part.title])}
    @click=${() => actions.edit(part)}
  >
    ${__('Edit')}
  </button>`;
}
