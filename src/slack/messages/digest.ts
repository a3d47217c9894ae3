import type { Block, KnownBlock, Overflow, SectionBlock } from '@slack/types';
import type { Digest, DigestAct, DigestHead, WorstThing } from '../../domain/digest/digest.ts';
import type { DigestMute } from '../../domain/digest/said.ts';
import {
  actWords,
  belowWords,
  betterWords,
  chartWords,
  didWords,
  headWords,
  moreWords,
} from '../../domain/digest/words.ts';
import { encodeAbout, encodeParity } from '../parity/state.ts';
import type { SlackMessage } from '../send.ts';
import { button, context, section } from './blocks.ts';
import { type ChartForm, chartBlocks } from './digest-chart.ts';
import { bold, link, outside } from './escape.ts';
import { fitting } from './fitting.ts';
import { readerTime } from './time.ts';

export interface DigestOptions {
  readonly chart: ChartForm;
  /** By ISO 8601; null: it is a preview that nobody has been told, without a menu. */
  readonly week: string | null;
  readonly mute: DigestMute | null;
}

const longestText = 3500;
const longestBlockId = 255;
const mostNamed = 5;

/** One screen: how it stands, the three worst things, what got better, and where the rest is. */
export function renderDigest(digest: Digest, { chart, week, mute }: DigestOptions): SlackMessage {
  const { worst, measures, risks, others } = digest;
  const more = moreWords(digest);
  const below = belowWords(digest);
  const measured = outside(measures ?? '', 500);
  const risky = outside(risks ?? '', 700);
  const blocks: (KnownBlock | Block)[] = [
    { ...section(headLines(digest)), ...(week === null ? {} : { accessory: menu(week, mute) }) },
    ...(others.length === 0 ? [] : [section(fitting(others.map(otherLine), 1000))]),
    ...worst.map((thing, index) => worstBlock(thing, index + 1)),
    ...(more === null ? [] : [context(outside(more, 400))]),
    ...(worst.length === 0 ? [section(':white_check_mark: *There is nothing to do.*')] : []),
    ...betterBlocks(digest),
    ...(measured === '' ? [] : [context(`Delivery: ${measured}`)]),
    ...(risky === '' ? [] : [context(`:warning: ${risky} · \`/since 7d\` names them`)]),
    ...(below.length === 0
      ? []
      : [context(outside(`${week === null ? 'Its thread will have' : 'In the thread:'} ${below.join(', ')}`, 900))]),
    ...(mute === null ? [] : [context(muteLine(mute))]),
    // Last, so that all that is to be read stands on one screen.
    ...chartBlocks(digest, chart),
  ];
  return { text: digestText(digest), blocks };
}

function headLines(digest: Digest): string {
  const { head, services } = digest;
  const named = (services ?? []).slice(0, mostNamed).map((each) => bold(each, 60));
  const more = (services ?? []).length - named.length;
  const of = services === null ? '' : ` of ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return [
    `${bold(headWords(head).answer, 100)}${besideWords(head)}`,
    `${outside(head.pair.mirror, 60)} against ${outside(head.pair.reference, 60)}${of}${lateWords(digest)}`,
  ].join('\n');
}

/** After the answer: ` of 87 % covered · 2 unexplained · 3 backports open, last week 5`. */
function besideWords(head: DigestHead): string {
  const { rest } = headWords(head);
  return rest.map((each, index) => `${index === 0 && head.score !== null ? ' ' : ' · '}${outside(each, 100)}`).join('');
}

/** Drawn where the reader is. */
function lateWords({ late, dueAt, at }: Digest): string {
  if (!late) return '';
  return `\n:hourglass_flowing_sand: It was due ${readerTime(new Date(dueAt), new Date(at))}, when I was not running.`;
}

function otherLine(head: DigestHead): string {
  const { answer } = headWords(head);
  const { mirror, reference } = head.pair;
  return `${outside(mirror, 60)} against ${outside(reference, 60)}: ${outside(answer, 100)}${besideWords(head)}`;
}

function worstBlock({ title, says, owner, act }: WorstThing, place: number): SectionBlock {
  const whose = owner === null ? 'nobody is named' : outside(owner, 80);
  const words = act.do === 'say' ? `: ${outside(actWords(act), 120)}` : '';
  const text = `${place}. ${bold(title, 200)} ${outside(says, 500)} → ${whose}${words}`;
  return { ...section(text), ...actOf(act, place) };
}

/** What one press does about it. A block's id says what is asked again, as in the answers of /parity. */
function actOf(act: DigestAct, place: number): Pick<SectionBlock, 'accessory' | 'block_id'> {
  switch (act.do) {
    case 'explain':
    case 'accept': {
      const state = encodeParity({ pair: act.pair, service: null, verdict: null, offset: 0 });
      const block = `parity${place}:${state ?? ''}`;
      if (state === null || block.length > longestBlockId) return {};
      const label = act.do === 'explain' ? 'Explain…' : 'Accept again…';
      return {
        block_id: block,
        accessory: button('parity_about', { label, value: encodeAbout(act.do, act.group) }),
      };
    }
    case 'open-pull':
      return { accessory: button('backport_open', { label: 'Open PR', value: act.backportId }) };
    case 'follow':
      // A link that nobody can follow is none.
      return link(act.url, 'x') === null
        ? {}
        : {
            accessory: { ...button('digest_follow', { label: act.label.slice(0, 75), value: 'follow' }), url: act.url },
          };
    case 'say':
      return {};
  }
}

function betterBlocks({ better, betterInAll }: Digest): readonly KnownBlock[] {
  if (better.length === 0) return [];
  const more = betterInAll - better.length;
  const lines = better.map((thing) => `•  ${bold(thing.title, 160)} ${outside(didWords(thing), 250)}`);
  return [
    section(
      [
        `*Better than last week*${more > 0 ? ` (${better.length} of ${betterInAll.toLocaleString('en')})` : ''}`,
        ...lines,
      ].join('\n'),
    ),
  ];
}

function menu(week: string, mute: DigestMute | null): Overflow {
  const option = (value: string, text: string) => ({
    text: { type: 'plain_text' as const, text, emoji: false },
    value: `${value}:${week}`,
  });
  return {
    type: 'overflow',
    action_id: 'digest_menu',
    options: [
      option('settings', 'When and where: settings'),
      ...(mute === null
        ? [option('mute-month', 'Mute here for 4 weeks'), option('mute', 'Mute here until somebody unmutes')]
        : [option('unmute', 'Unmute here')]),
      option('useless', 'This is not useful…'),
    ],
  };
}

/** So that nobody wonders where it is, nor who did it. */
function muteLine({ by, until, at }: DigestMute): string {
  const when = until === null ? 'until somebody unmutes it' : `until ${until.toISOString().slice(0, 10)}`;
  return `:no_bell: <@${outside(by, 30)}> muted the digest here ${when} (${readerTime(at, at)}).`;
}

/** All that matters, for notifications and screen readers. */
function digestText(digest: Digest): string {
  const { head, worst, better, late, dueAt, services, others, measures } = digest;
  const { answer, rest } = headWords(head);
  const more = moreWords(digest);
  const of = services === null ? '' : ` of ${services.join(', ')}`;
  const lines = [
    outside(`${answer}, ${rest.join(' · ')} (${head.pair.mirror} against ${head.pair.reference}${of}).`, 500),
    ...(late ? [`It was due ${dueAt.slice(0, 16).replace('T', ' ')} UTC, when I was not running.`] : []),
    ...others.map(otherLine),
    ...worst.map(({ title, says, owner, act }, index) =>
      outside(`${index + 1}. ${title} ${says} → ${owner ?? 'nobody is named'}: ${actWords(act)}`, 700),
    ),
    ...(more === null ? [] : [`${outside(more, 400)} (/parity)`]),
    ...(worst.length === 0 ? ['There is nothing to do.'] : []),
    ...better.map((thing) => outside(`Better: ${betterWords(thing)}`, 300)),
    ...(measures === null ? [] : [outside(`Delivery: ${measures}`, 500)]),
    ...(digest.risks === null || digest.risks === undefined ? [] : [outside(`Risks: ${digest.risks}.`, 700)]),
    ...chartWords(digest).map((line) => outside(line, 200)),
    ...belowWords(digest)
      .slice(0, 1)
      .map(() => outside(`In the thread: ${belowWords(digest).join(', ')}.`, 500)),
  ];
  return fitting(lines, longestText);
}
