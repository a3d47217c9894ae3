import type { KnownBlock } from '@slack/types';
import { countOf } from '../../domain/change-words.ts';
import type { Pair } from '../../domain/comparison/difference.ts';
import type { AlarmWords, Ended, MutedWhy } from '../../domain/parity/alarms.ts';
import { verdictWords } from '../../domain/parity/words.ts';
import { shorten } from '../../domain/shorten.ts';
import type { AlarmPost, AlarmRow } from '../../parity/alarms.ts';
import type { SlackMessage } from '../send.ts';
import { button, context, section } from './blocks.ts';
import { bold, outside } from './escape.ts';
import { fitting } from './fitting.ts';
import { showButton } from './parity-buttons.ts';
import { renderFirstLook } from './parity-first-look.ts';
import { type Voice, drawn, written } from './voice.ts';

const mostListed = 20;
const longestList = 2900;
const longestText = 3500;
const muteWords: Readonly<Record<MutedWhy, string>> = {
  noise: 'noise',
  known: 'known already',
  wrong: 'wrong',
  other: 'not useful',
};

/**
 * The one message of what began to alarm at once. The same at whatever time it is drawn: only what has changed is
 * edited.
 */
export function renderAlarmPost(post: AlarmPost): SlackMessage {
  const pair = { reference: post.reference, mirror: post.mirror };
  if (post.summary !== null) return renderFirstLook(post.summary, pair);
  const [alarm, ...more] = post.alarms;
  if (alarm === undefined) return { text: 'Nothing differs any more.', blocks: [section('Nothing differs any more.')] };
  return more.length === 0 ? renderAlarm(alarm, pair) : renderMany(post.alarms, pair);
}

function renderAlarm(alarm: AlarmRow, pair: Pair): SlackMessage {
  const { said, ended_at: endedAt, muted_at: mutedAt } = alarm;
  const voice = drawn(alarm.opened_at);
  const over = overWords(alarm, voice);
  const blocks: KnownBlock[] = [
    section([`${markOf(alarm)} ${headline(alarm, pair, voice)}`, ...detailLines(alarm, pair, voice)].join('\n')),
    ...(over === '' ? [] : [section(over)]),
    ...(endedAt !== null || mutedAt !== null ? [] : [buttons(alarm)]),
  ];
  const lines = said.lines.map((line) => outside(line, 300));
  const act = endedAt === null && mutedAt === null ? 'Explain or accept it here, or with /parity accept.' : '';
  const text = [headline(alarm, pair, written), ...lines, overWords(alarm, written), act].filter((line) => line !== '');
  return { text: fitting(text, longestText), blocks };
}

function headline({ said, verdict, ended_at: endedAt }: AlarmRow, pair: Pair, voice: Voice): string {
  const title = voice.strong(said.title, 250);
  if (verdict === 'forbidden-equality') {
    const state = endedAt === null ? 'must not be equal, and is' : 'must not be equal, and was';
    return `${title} ${state} in ${outside(pair.mirror, 60)} and ${outside(pair.reference, 60)}`;
  }
  const state = endedAt === null ? 'differs, and no change explains it' : 'differed, and no change explained it';
  return `${title} ${state}`;
}

function detailLines({ said, verdict }: AlarmRow, pair: Pair, voice: Voice): readonly string[] {
  const more = said.count - said.lines.length;
  const since = said.since === null || verdict === 'forbidden-equality' ? '' : voice.since(new Date(said.since));
  const facts = [
    outside(said.place, 200),
    `${outside(pair.mirror, 60)} against ${outside(pair.reference, 60)}`,
    since,
  ].filter((part) => part !== '');
  return [
    ...said.lines.map((line) => (said.count === 1 ? outside(line, 400) : `•  ${outside(line, 300)}`)),
    ...(more > 0 ? [`and ${countOf(more, 'more key')}`] : []),
    facts.join(' · '),
    ...(said.why === '' ? [] : [outside(said.why, 400)]),
  ];
}

function overWords(alarm: AlarmRow, voice: Voice): string {
  const { ended, ended_at: endedAt, ended_by: by, muted_at: mutedAt, muted_by: mutedBy, muted_why: why } = alarm;
  if (ended !== null && endedAt !== null) return `${endWords(ended, by)}, ${voice.at(endedAt)}.`;
  if (mutedAt === null || why === null) return '';
  const note = outside(alarm.muted_note ?? '', 300);
  return `${voice.who(mutedBy)} said: ${muteWords[why]}${note === '' ? '' : ` (${note})`}. I tell no more of it.`;
}

function endWords(ended: Ended, by: string | null): string {
  const named = outside(by ?? '', 220);
  switch (ended) {
    case 'equal':
      return 'Over: it is as it should be again';
    case 'explained':
      return `Explained${named === '' ? '' : ` by ${named}`}`;
    case 'intended':
      return `It is meant${named === '' ? '' : `: ${named}`}`;
    case 'pending-promotion':
      return `Pending promotion${named === '' ? '' : ` of ${named}`}`;
    case 'reference-only':
      return `It came with a change that the mirror does not have${named === '' ? '' : `: ${named}`}`;
  }
}

/** Words say the same: colour alone says nothing to many. */
function markOf({ ended, muted_at: mutedAt, verdict }: AlarmRow): string {
  if (ended !== null) return ':white_check_mark:';
  if (mutedAt !== null) return ':no_bell:';
  return verdict === 'forbidden-equality' ? ':rotating_light:' : ':grey_question:';
}

function buttons({ id, verdict }: AlarmRow): KnownBlock {
  const explain = { ...button('parity_alarm_explain', { label: 'Explain…', value: id }), style: 'primary' as const };
  return {
    type: 'actions',
    elements: [
      ...(verdict === 'forbidden-equality' ? [] : [explain]),
      button('parity_alarm_accept', { label: 'Accept…', value: id }),
      button('parity_alarm_useless', { label: 'Not useful…', value: id }),
    ],
  };
}

/** Many at once are one message, not many; each keeps its line until the last is over. */
function renderMany(alarms: readonly AlarmRow[], pair: Pair): SlackMessage {
  const open = alarms.filter(({ ended, muted_at: mutedAt }) => ended === null && mutedAt === null);
  const forbidden = open.filter(({ verdict }) => verdict === 'forbidden-equality');
  const groups = countOf(alarms.length, 'group');
  const against = `${outside(pair.mirror, 60)} against ${outside(pair.reference, 60)}`;
  const head =
    open.length === 0
      ? `${groups} of differences that began at once are over`
      : `${groups} of differences began at once, ${open.length.toLocaleString('en')} are there`;
  const sorted = [
    ...forbidden,
    ...open.filter((alarm) => !forbidden.includes(alarm)),
    ...alarms.filter((alarm) => !open.includes(alarm)),
  ];
  const lines = (voice: Voice) =>
    sorted.slice(0, mostListed).map((alarm) => `${markOf(alarm)} ${manyLine(alarm, pair, voice)}`);
  const rest = alarms.length > mostListed ? [`and ${countOf(alarms.length - mostListed, 'more')}`] : [];
  const [anchor] = alarms;
  const voice = anchor === undefined ? written : drawn(anchor.opened_at);
  const show = showButton(pair);
  return {
    text: fitting(
      [`${head} (${against}).`, ...lines(written).slice(0, 10), 'All of them: /parity unexplained'],
      longestText,
    ),
    blocks: [
      section(`${open.length === 0 ? ':white_check_mark:' : ':grey_question:'} ${bold(head, 200)}  ${against}`),
      section(fitting(lines(voice), longestList)),
      ...(rest.length === 0 ? [] : [context(rest.join(''))]),
      ...(open.length === 0 || show === null ? [] : [{ type: 'actions' as const, elements: [show] }]),
    ],
  };
}

function manyLine({ said, verdict, ended, ended_by: by }: AlarmRow, pair: Pair, voice: Voice): string {
  const state = ended === null ? verdictWords(verdict, pair) : endWords(ended, by === null ? null : shorten(by, 60));
  return `${voice.strong(said.title, 70)} · ${outside(said.place, 40)} · ${state}`;
}

/** What an alarm is called in a modal. */
export function alarmTitle({ title, place }: AlarmWords): string {
  return `${bold(title, 250)}  ${outside(place, 200)}`;
}
