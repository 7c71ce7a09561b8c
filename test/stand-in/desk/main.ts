/**
 * The Desk-like page in the browser: offers `frappe`, loads the very same compiled form scripts that a real
 * Desk loads, and opens lists and forms by their address.
 */
import { html, nothing, render } from 'lit-html';
import { z } from 'zod';
import { FORMS } from '../../../client_scripts/forms.ts';
import { DeskForm } from './form.ts';
import { createFrappe, formLink, scripts, translate } from './frappe.ts';
import { showConflict, showCourse, showGroup, showInstructor, showStudents } from './pages.ts';
import { make } from './query.ts';
import { request } from './site.ts';
import { showStudent } from './student-form.ts';

/** What the server wrote into the page. */
const Boot = z.object({
  site: z.string(),
  readers: z.array(z.object({ as: z.string(), label: z.string(), enters: z.boolean(), chosen: z.boolean() })),
  /** The Instructor record of the one who reads. */
  own: z.string().nullable(),
  suggestions: z.array(z.object({ student: z.string(), name: z.string(), about: z.string() })),
});

const boot = Boot.parse(JSON.parse(document.querySelector('#boot')?.textContent ?? '{}'));
const enters = boot.readers.some((reader) => reader.chosen && reader.enters);
const DETAILS = new Map([
  ['Student', (form: DeskForm, name: string) => showStudent(form, name, enters)],
  ['Course', showCourse],
  ['Student Group', showGroup],
  ['Instructor', showInstructor],
  ['AI Conflict', showConflict],
]);
const main = document.querySelector('main') ?? make('main', '', document.body);
const listPage = make('section', 'list', main);
const forms = new Map<string, DeskForm>();
let open: DeskForm | null = null;

Object.assign(globalThis, { frappe: createFrappe(boot.site, go), __: translate });

function go(...parts: string[]): void {
  const [view, doctype, name] = parts;
  history.pushState(null, '', view === 'Form' && doctype && name ? formLink(doctype, name) : '/app/student');
  void show();
}

async function show(): Promise<void> {
  const [, , page = '', name] = location.pathname.split('/').map(decodeURIComponent);
  const doctype = [...DETAILS.keys()].find((known) => known.toLowerCase().replaceAll(' ', '-') === page);
  listPage.classList.toggle('hide', name !== undefined);
  if (doctype === undefined || name === undefined) {
    open?.leave();
    open = null;
    document.title = 'Students';
    await showStudents(listPage, boot.suggestions);
    return;
  }
  const form = forms.get(doctype) ?? new DeskForm(doctype, scripts.get(doctype) ?? [], main);
  forms.set(doctype, form);
  if (open !== null && open !== form) open.leave();
  open = form;
  document.title = name;
  form.open(name);
  await DETAILS.get(doctype)?.(form, name);
}

function become(event: Event): void {
  if (!(event.target instanceof HTMLSelectElement)) return;
  void request('POST', '/stand-in/become', { as: event.target.value }).then(() => location.reload());
}

function switchTheme(): void {
  const { dataset } = document.documentElement;
  dataset['theme'] = dataset['theme'] === 'dark' ? 'light' : 'dark';
}

function navigation(place: HTMLElement): void {
  render(
    html`<nav>
      <a href="/app/student" data-route><strong>Greenfield School</strong></a>
      <a href="/app/student" data-route>Students</a>
      <a href="/app/course/Mathematics" data-route>Mathematics</a>
      ${boot.own === null ? nothing : html`<a href=${formLink('Instructor', boot.own)} data-route>My settings</a>`}
      <label>
        Read as
        <select class="form-control" @change=${become}>
          ${boot.readers.map(
            (reader) => html`<option value=${reader.as} ?selected=${reader.chosen}>${reader.label}</option>`,
          )}
        </select>
      </label>
      <button type="button" class="btn btn-default btn-sm" @click=${switchTheme}>Light or dark</button>
    </nav>`,
    place,
  );
}

/** Links inside the page change the address without loading it anew, as in a Desk. */
function followLinks(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest('a[href^="/app/"]') : null;
  if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, '', link.href);
  void show();
}

async function loadScript(name: string): Promise<void> {
  const element = document.createElement('script');
  element.src = `/assets/education_ai/js/${name}.js`;
  await new Promise((resolve, reject) => {
    element.addEventListener('load', resolve);
    element.addEventListener('error', reject);
    document.head.append(element);
  });
}

async function start(): Promise<void> {
  navigation(document.querySelector('header') ?? make('header', '', document.body));
  await Promise.all(FORMS.map(loadScript));
  document.addEventListener('click', followLinks);
  addEventListener('popstate', () => void show());
  await show();
}

void start();
