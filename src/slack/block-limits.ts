import { type Surface, blockOn } from './block-limits/blocks.ts';
import { plainText } from './block-limits/composition.ts';
import {
  type Fields,
  type Report,
  anything,
  choice,
  counted,
  flag,
  isFields,
  list,
  object,
  optional,
  text,
} from './block-limits/rule.ts';
import { messageProblems, wholeProblems } from './block-limits/whole.ts';

/** `chat.update` refuses longer ones, and `chat.postMessage` cuts them much later. */
const longestText = 4000;
const mostBlocks: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 };

const viewFields = {
  blocks: anything,
  private_metadata: optional(text(3000, 0)),
  callback_id: optional(text(255)),
  external_id: optional(text(255, 0)),
};
const views = {
  modal: object({
    type: choice('modal'),
    title: plainText(24),
    submit: optional(plainText(24)),
    close: optional(plainText(24)),
    clear_on_close: optional(flag),
    notify_on_close: optional(flag),
    submit_disabled: optional(flag),
    ...viewFields,
  }),
  home: object({ type: choice('home'), ...viewFields }),
};

/**
 * What Slack would refuse in a message (`text` and `blocks`; other arguments are not looked at) or in a view (an object
 * whose `type` is `modal` or `home`). Each problem is one sentence that begins with a JSON pointer; none means that
 * all documented limits are kept (docs.slack.dev/reference/block-kit).
 */
export function blockKitProblems(payload: object): string[] {
  const problems: string[] = [];
  const report: Report = (at, problem) => problems.push(`${at === '' ? '/' : at} ${problem}.`);
  const fields: Fields = { ...payload };
  if (fields['type'] === 'modal' || fields['type'] === 'home') viewProblems(fields, fields['type'], report);
  else {
    textProblems(fields['text'], report);
    if (fields['blocks'] !== undefined) blocksProblems(fields['blocks'], 'message', report);
  }
  return problems;
}

function viewProblems(view: Fields, type: 'modal' | 'home', report: Report): void {
  views[type](view, '', report);
  if (view['blocks'] === undefined) return;
  blocksProblems(view['blocks'], type, report);
  const blocks: readonly unknown[] = Array.isArray(view['blocks']) ? view['blocks'] : [];
  const asks = blocks.some((block) => isFields(block) && block['type'] === 'input');
  if (type === 'modal' && asks && view['submit'] === undefined) report('/submit', 'is missing: the modal has inputs');
}

/** Slack sends a message without it; a notification and a screen reader then have nothing to say. */
function textProblems(given: unknown, report: Report): void {
  if (typeof given !== 'string' || given.trim() === '')
    return report('/text', 'is missing: it stands for the whole message');
  text(longestText)(given, '/text', report);
}

function blocksProblems(given: unknown, surface: Surface, report: Report): void {
  if (!Array.isArray(given)) return report('/blocks', 'must be a list');
  const most = mostBlocks[surface];
  if (given.length > most) report('/blocks', `has ${counted(given.length, 'block')}, at most ${most} are allowed`);
  list(blockOn(surface), 0, Infinity)(given, '/blocks', report);
  wholeProblems(given, '/blocks', report);
  if (surface === 'message') messageProblems(given, '/blocks', report);
}
