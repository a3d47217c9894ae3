import type { KnownBlock } from '@slack/types';
import type { Pair } from '../../domain/comparison/difference.ts';
import { context, section } from './blocks.ts';
import { code, outside } from './escape.ts';

export function renderParityHelp({ reference, mirror }: Pair): { text: string; blocks: KnownBlock[] } {
  const commands: readonly (readonly [command: string, does: string])[] = [
    ['', `is ${mirror} the same as ${reference}, and why not`],
    ['checkout', 'only one service'],
    [`${reference} vs ${mirror} checkout`, 'words in any order'],
    ['unexplained', 'one list: unexplained, explained, intended, pending, unknown'],
    ['accept PAYMENT_TIMEOUT', 'says that a difference is meant, why and until when'],
    ['confirm 17', 'the second person, where one is needed'],
    ['digest now', 'what the weekly digest would say now, for you alone; digest settings: when and where'],
    ['audit', 'every pair and every difference as files, Markdown and CSV, for you alone'],
  ];
  const typed = (command: string) => `/parity ${command}`.trim();
  return {
    text: commands.map(([command, does]) => outside(`${typed(command)}: ${does}`, 300)).join('\n'),
    blocks: [
      section('*How environments differ, and why.* I compare what collectors saw and judge each difference.'),
      section(commands.map(([command, does]) => `•  ${code(typed(command), 200)}  ${outside(does, 200)}`).join('\n')),
      section(
        [
          '*must not be equal*  a rule wants them to differ, and they do not',
          '*unexplained*  no recorded change says why',
          `*${outside(reference, 60).replaceAll('*', '')} only*  a hotfix that the other has not`,
          '*pending promotion*  it is on its way',
          '*explained*  a recorded change did it  ·  *intended*  it is meant  ·  *unknown*  not seen, so not judged',
        ].join('\n'),
      ),
      context('Only you see my answers. What is unexplained is told in the channel of its service, once.'),
    ],
  };
}
