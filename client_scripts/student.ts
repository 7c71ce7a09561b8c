/** The Student form: our tab with what the pupil's records say. Compiled to public/js/student.js. */
import { readStudent } from './panels/answers.ts';
import { attach } from './panels/panel.ts';
import { studentNotice, studentPanel } from './panels/student-panel.ts';

attach({
  doctype: 'Student',
  method: 'api.panel.student',
  read: readStudent,
  view: studentPanel,
  notice: studentNotice,
});
