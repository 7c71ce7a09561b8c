/** The Instructor form: our tab with the person's own wishes. Compiled to public/js/instructor.js. */
import { readInstructor } from './panels/answers.ts';
import { instructorPanel } from './panels/instructor-panel.ts';
import { attach } from './panels/panel.ts';

attach({
  doctype: 'Instructor',
  method: 'api.panel.instructor',
  read: readInstructor,
  view: instructorPanel,
  notice: () => null,
});
