import type { KnownBlock } from '@slack/types';
import type { Refusal } from '../who.ts';
import { section } from './blocks.ts';

const reasons: Readonly<Record<Refusal, readonly [what: string, next: string]>> = {
  guest: [
    'Sorry, I only answer full members of this workspace.',
    'What changes in production is not for guest accounts to see. Ask a member to look for you.',
  ],
  'other-organisation': [
    'Sorry, I only answer members of the organisation that installed me.',
    'Ask somebody there to look for you and to share the answer.',
  ],
  bot: ['I only answer people.', 'Programs can ask over HTTP: GET /api/changes.'],
  deactivated: ['Sorry, your account in this workspace is deactivated.', 'An admin of the workspace can activate it.'],
  unknown: [
    'I could not check who you are, so I have not looked.',
    'Slack did not answer me. Please try again in a minute; if it goes on, tell whoever runs me.',
  ],
};

/** Says no, why, and what to do instead. Names nothing that the timeline holds. */
export function renderRefusal(why: Refusal): { text: string; blocks: KnownBlock[] } {
  const [what, next] = reasons[why];
  return { text: `${what} ${next}`, blocks: [section(`*${what}*\n${next}`)] };
}
