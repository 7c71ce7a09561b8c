/** The other pages: the list of pupils with those to begin with, and a course's own fields. */
import { html, render, type TemplateResult } from 'lit-html';
import type { DeskForm } from './form.ts';
import { formLink } from './frappe.ts';
import { list, read, rows, text, type Fields } from './site.ts';

/** A pupil worth a look, as the server wrote it into the page. */
export interface Suggestion {
  student: string;
  name: string;
  about: string;
}

export async function showStudents(place: HTMLElement, suggestions: Suggestion[]): Promise<void> {
  const students = await list('Student', ['name', 'student_name']);
  let wanted = '';
  const draw = (): void => {
    const found = students.filter((student) => fits(student, wanted)).slice(0, 60);
    render(studentsPage(found, suggestions, search), place);
  };
  const search = (event: Event): void => {
    if (event.target instanceof HTMLInputElement) wanted = event.target.value;
    draw();
  };
  draw();
}

function studentsPage(
  found: Fields[],
  suggestions: Suggestion[],
  search: (event: Event) => void,
): TemplateResult {
  return html`<h2>Begin with</h2>
    <ul class="suggestions">
      ${suggestions.map(
        ({ student, name, about }) =>
          html`<li><a href=${formLink('Student', student)} data-route>${name}</a> ${about}</li>`,
      )}
      <li>
        <a href=${formLink('Course', 'Mathematics')} data-route>Mathematics</a> The picture of each class.
      </li>
      <li>
        <a href=${formLink('Student Group', '8A Term 2')} data-route>8A</a> One class over all its courses.
      </li>
    </ul>
    <h2>Students</h2>
    <input
      class="form-control"
      type="search"
      placeholder="Search"
      aria-label="Search students"
      @input=${search}
    />
    <ul class="students">
      ${found.map(
        (student) =>
          html`<li>
            <a href=${formLink('Student', text(student['name']))} data-route dir="auto">
              ${text(student['student_name'])}
            </a>
          </li>`,
      )}
    </ul>`;
}

export async function showCourse({ details }: DeskForm, name: string): Promise<void> {
  const course = await read('Course', name);
  render(
    html`<dl class="fields">
      <dt>Course</dt>
      <dd>${text(course['course_name'])}</dd>
      <dt>About</dt>
      <dd>${text(course['description'])}</dd>
      <dt>Parts</dt>
      <dd>
        ${rows(course['assessment_criteria'])
          .map((part) => `${text(part['assessment_criteria'])} ${text(part['weightage'])}%`)
          .join(', ')}
      </dd>
    </dl>`,
    details,
  );
}

export async function showGroup({ details }: DeskForm, name: string): Promise<void> {
  const group = await read('Student Group', name);
  render(
    html`<dl class="fields">
      <dt>Student Group</dt>
      <dd>${text(group['name'])}</dd>
      <dt>Pupils</dt>
      <dd>${rows(group['students']).length}</dd>
    </dl>`,
    details,
  );
}

export async function showInstructor({ details }: DeskForm, name: string): Promise<void> {
  const instructor = await read('Instructor', name);
  render(
    html`<dl class="fields">
      <dt>Instructor</dt>
      <dd dir="auto">${text(instructor['instructor_name'])}</dd>
    </dl>`,
    details,
  );
}

export async function showConflict({ details }: DeskForm, name: string): Promise<void> {
  const conflict = await read('AI Conflict', name);
  render(
    html`<dl class="fields">
      <dt>Setting</dt>
      <dd>${text(conflict['title'])}</dd>
      <dt>Status</dt>
      <dd>${text(conflict['status'])}</dd>
    </dl>`,
    details,
  );
}

function fits(student: Fields, wanted: string): boolean {
  return text(student['student_name']).toLocaleLowerCase().includes(wanted.toLocaleLowerCase());
}
