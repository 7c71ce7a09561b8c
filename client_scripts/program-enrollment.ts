/** The Program Enrollment form: our tab with progress and what comes next. Compiled to public/js/program-enrollment.js. */
import { readProgram } from './panels/answers.ts';
import { attach } from './panels/panel.ts';
import { programPanel } from './panels/program-panel.ts';

attach({
  doctype: 'Program Enrollment',
  method: 'api.panel.program_enrollment',
  read: readProgram,
  view: programPanel,
  notice: () => null,
});
