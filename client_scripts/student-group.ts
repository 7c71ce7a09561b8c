/** The Student Group form: our tab with the class over all its courses. Compiled to public/js/student-group.js. */
import { readGroup } from './panels/class-answers.ts';
import { groupPanel } from './panels/group-panel.ts';
import { attach } from './panels/panel.ts';
import { whoNotice } from './panels/who-first.ts';

attach({
  doctype: 'Student Group',
  method: 'api.panel.student_group',
  read: readGroup,
  view: groupPanel,
  notice: whoNotice,
});
