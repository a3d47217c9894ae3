import type { KnownBlock } from '@slack/types';
import { context, section } from './blocks.ts';
import { code, outside } from './escape.ts';

const commands: readonly (readonly [command: string, does: string])[] = [
  ['', 'what you can move: fixes that production has and staging lacks'],
  ['all', 'everybody’s, oldest first'],
  ['checkout', 'those of one service'],
  ['mine checkout', 'words in any order'],
];

export function renderBackportsHelp(): { text: string; blocks: KnownBlock[] } {
  const typed = (command: string) => `/backports ${command}`.trim();
  return {
    text: commands.map(([command, does]) => outside(`${typed(command)}: ${does}`, 300)).join('\n'),
    blocks: [
      section(
        '*Fixes that have to come home.* What went to production past staging is listed until git proves that staging runs it.',
      ),
      section(commands.map(([command, does]) => `•  ${code(typed(command), 200)}  ${outside(does, 200)}`).join('\n')),
      section(
        [
          '*open*  staging lacks it  ·  *may be there*  somebody who knows has to say',
          '*landed*  its branch has it  ·  *home*  staging runs it',
          '*need not come*  somebody said why, and until when  ·  *taken back*  production has it no more',
        ].join('\n'),
      ),
      context('Only you see my answers. Nobody’s word closes one: evidence does.'),
    ],
  };
}
