/** The inputs of a settings dialog, one for each key. Pure: a draft in, a template out, changes by callback. */
import { html, nothing, type TemplateResult } from 'lit-html';
import type { Link, SettingKey, Value } from './setting-answers.ts';

export type Draft = ReadonlyMap<string, Value>;
export type Change = (key: string, value: Value) => void;

export function settingForm(keys: SettingKey[], draft: Draft, change: Change): TemplateResult {
  return html`<div class="edai-form">
    ${keys.map((key, at) => input(key, `edai-setting-${at}`, draft.get(key.key) ?? key.value, change))}
  </div>`;
}

function input(key: SettingKey, id: string, value: Value, change: Change): TemplateResult {
  if (key.kind === 'choice') return choice(key, id, value, change);
  if (key.kind === 'switch') return checkbox(key, id, value, change);
  return key.kind === 'list' ? lines(key, id, value, change) : links(key, id, value, change);
}

function choice(key: SettingKey, id: string, value: Value, change: Change): TemplateResult {
  const chosen = (event: Event): void => {
    if (event.target instanceof HTMLSelectElement) change(key.key, event.target.value);
  };
  return html`<div>
    <label for=${id}>${key.label}</label>
    <select id=${id} class="form-control" aria-describedby="${id}-effect" @change=${chosen}>
      ${key.options.map(
        (option) =>
          html`<option value=${option.value} .selected=${option.value === value}>${option.label}</option>`,
      )}
    </select>
    ${effect(key, id)}
  </div>`;
}

function checkbox(key: SettingKey, id: string, value: Value, change: Change): TemplateResult {
  const ticked = (event: Event): void => {
    if (event.target instanceof HTMLInputElement) change(key.key, event.target.checked);
  };
  return html`<div>
    <label class="edai-check" for=${id}>
      <input
        id=${id}
        type="checkbox"
        aria-describedby="${id}-effect"
        .checked=${value === true}
        @change=${ticked}
      />
      ${key.label}
    </label>
    ${effect(key, id)}
  </div>`;
}

function lines(key: SettingKey, id: string, value: Value, change: Change): TemplateResult {
  const shown = Array.isArray(value) ? value.filter((line) => typeof line === 'string').join('\n') : '';
  const typed = (event: Event): void => {
    if (event.target instanceof HTMLTextAreaElement) change(key.key, event.target.value.split('\n'));
  };
  return html`<div>
    <label for=${id}>${key.label}</label>
    <textarea
      id=${id}
      class="form-control"
      rows="8"
      dir="auto"
      aria-describedby="${id}-effect"
      .value=${shown}
      @input=${typed}
    ></textarea>
    ${effect(key, id, __('One in each line.'))}
  </div>`;
}

function links(key: SettingKey, id: string, value: Value, change: Change): TemplateResult {
  const items = (Array.isArray(value) ? value : []).flatMap((link) =>
    typeof link === 'string' ? [] : [link],
  );
  const set = (at: number, changed: Partial<Link>): void =>
    change(
      key.key,
      items.map((link, other) => (other === at ? { ...link, ...changed } : link)),
    );
  return html`<fieldset aria-describedby="${id}-effect">
    <legend>${key.label}</legend>
    ${items.map((link, at) =>
      linkRow(link, at, set, () =>
        change(
          key.key,
          items.filter((_link, other) => other !== at),
        ),
      ),
    )}
    <button
      type="button"
      class="btn btn-xs btn-default"
      @click=${() => change(key.key, [...items, { title: '', url: '' }])}
    >
      ${__('Add a link')}
    </button>
    ${effect(key, id, __('An address starts with https:// or, for a page of this site, with /.'))}
  </fieldset>`;
}

function linkRow(
  link: Link,
  at: number,
  set: (at: number, changed: Partial<Link>) => void,
  remove: () => void,
): TemplateResult {
  const field = (name: keyof Link, label: string): TemplateResult =>
    html`<input
      class="form-control"
      type="text"
      dir="auto"
      placeholder=${label}
      aria-label=${__('{0} of link {1}', [label, at + 1])}
      .value=${link[name]}
      @input=${(event: Event) => {
        if (event.target instanceof HTMLInputElement) set(at, { [name]: event.target.value });
      }}
    />`;
  return html`<div class="edai-link">
    ${field('title', __('Title'))} ${field('url', __('Address'))}
    <button
      type="button"
      class="btn btn-xs btn-default"
      aria-label=${__('Remove link {0}', [at + 1])}
      @click=${remove}
    >
      ${__('Remove')}
    </button>
  </div>`;
}

function effect(key: SettingKey, id: string, how: string | typeof nothing = nothing): TemplateResult {
  return html`<p id="${id}-effect" class="edai-muted edai-small">${key.effect} ${how}</p>`;
}
