/** What people answered to the insights about a pupil. What followed is not claimed: an answer carries no day. */
import type { Reason } from '../../erpnext/contract.ts';
import { say } from '../finding.ts';
import type { FollowUps } from '../records.ts';

export function interventionHistory({ acted, reviewed, dismissed }: FollowUps): Reason[] {
  if (acted + reviewed + dismissed === 0) return [say('history.none', '', {})];
  return [
    say('history.answers', '', { acted, reviewed, dismissed }),
    ...(acted === 0 ? [] : [say('history.no_effect', '', {})]),
  ];
}
