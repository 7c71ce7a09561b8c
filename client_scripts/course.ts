/** The Course form: our tab with one group's picture in this course. Compiled to public/js/course.js. */
import { readCourse } from './panels/class-answers.ts';
import { coursePanel } from './panels/course-panel.ts';
import { attach } from './panels/panel.ts';
import { whoNotice } from './panels/who-first.ts';

attach({
  doctype: 'Course',
  method: 'api.panel.course',
  read: readCourse,
  view: coursePanel,
  notice: whoNotice,
});
