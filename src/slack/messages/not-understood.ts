import type { KnownBlock } from '@slack/types';
import type { Understood } from '../../domain/question.ts';
import { section } from './blocks.ts';
import { bold, code, outside } from './escape.ts';

/** `read` is empty when it is not the words that were the problem. */
export type NotUnderstood = Omit<Extract<Understood, { outcome: 'not-understood' }>, 'outcome'>;

const mostExamples = 5;

/** Teaches instead of refusing: what was read, what is wrong with it, and questions that would be answered. */
export function renderNotUnderstood({ read, problem, examples }: NotUnderstood): {
  text: string;
  blocks: KnownBlock[];
} {
  const words = outside(read, 200);
  const quoted = words === '' ? '' : `I read "${words}".`;
  const why = outside(problem, 400);
  const offered = examples.slice(0, mostExamples).map(asCommand);
  const example = offered.length === 1 ? 'Try this:' : 'Try one of these:';
  const lines = (shown: (command: string) => string) => offered.map((command) => `•  ${shown(command)}`);
  const said = [quoted, why].filter((part) => part !== '');
  const tail = offered.length === 0 ? 'Type `/since help` to see what I understand.' : example;
  const drawn = [
    words === '' ? bold(problem, 400) : `${bold(`I read "${read.replaceAll('*', '∗')}".`, 250)} ${why}`,
    [tail, ...lines((command) => code(command, 200))].join('\n'),
  ];
  return {
    text: [[...said, tail.replaceAll('`', '')].join(' '), ...lines((command) => outside(command, 200))].join('\n'),
    blocks: drawn.filter((part) => part !== '').map(section),
  };
}

function asCommand(example: string): string {
  return example.startsWith('/') ? example : `/since ${example}`;
}
