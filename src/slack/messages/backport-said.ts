import type { NagView } from '../../domain/nags/nag.ts';
import type { Decided, Opened } from '../backports/port.ts';
import type { SlackMessage } from '../send.ts';
import { outside } from './escape.ts';
import { sentences } from './incident-heading.ts';
import { nagLine } from './nag-line.ts';
import { pullWords } from './nag-work.ts';
import { dated } from './voice.ts';

export function decidedWords(decided: Decided): string {
  switch (decided.outcome) {
    case 'done':
      return outside(decided.said, 500);
    case 'refused':
      return `*Nothing has changed.* ${outside(decided.why, 500)}`;
    case 'unknown':
      return goneWords;
  }
}

export function openedWords(opened: Opened): string {
  switch (opened.outcome) {
    case 'asked':
      return '*I am opening the pull request.* The message says how it goes.';
    case 'exists':
      return opened.pull === null || opened.pull.state === 'wanted'
        ? '*It is being opened already.* The message says how it goes.'
        : `*There is one already*: ${pullWords(opened.pull)}.`;
    case 'refused':
      return `*I cannot open it.* ${outside(opened.why, 2000)}`;
    case 'unknown':
      return goneWords;
  }
}

/** It was pressed on what has come to its end meanwhile. */
export function renderSettled(view: NagView): SlackMessage {
  return sentences(`*That is settled meanwhile*, so nothing has changed. ${nagLine(view, dated)}`);
}

export const goneWords =
  '*I know that backport no more*, so nothing has changed. `/backports all` lists those that are not done.';
