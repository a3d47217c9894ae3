import type { KnownBlock } from '@slack/types';
import { changeName, serviceName } from '../../domain/change-words.ts';
import type { Change } from '../../domain/change.ts';
import type { Standing } from '../../domain/on-its-way.ts';
import type { OwnChange, OwnChanges } from '../../timeline/own-changes.ts';
import { context, sections } from './blocks.ts';
import { header } from './home-header.ts';
import { escaped, link, outside } from './escape.ts';
import { shorten } from '../../domain/shorten.ts';
import { readerTime } from './time.ts';
import { drawn } from './voice.ts';

/** Of which this is shown; the rest is counted. */
const mostLines = 8;
/** What has been where it should be for so long is no longer on its way. */
const arrived = 3 * 86_400_000;

export interface OwnOptions {
  readonly now: Date;
  /** The environment that matters most: a change is on its way until it is there. */
  readonly goal: string;
}

/** Where the changes of a person have come to: what needs a look first, then what waits, then what has arrived. Null: nobody knows what they are called. */
export function renderOwnChanges(own: OwnChanges | null, options: OwnOptions): readonly KnownBlock[] {
  const title = header('Your changes on their way');
  if (own === null) {
    return [
      title,
      context(
        'I do not know what you are called on GitHub or in commits, so I cannot tell which changes are yours. Tell me once: `/since link github` and your login.',
      ),
    ];
  }
  const shown = own.changes
    .map((each) => ({ each, place: placeOf(each, options) }))
    .filter(({ place }) => place.rank < gone)
    .toSorted((a, b) => a.place.rank - b.place.rank);
  if (shown.length === 0) return [title, context('Nothing of yours from the last 14 days is still on its way.')];
  const rest = shown.length - mostLines;
  const more = rest > 0 || own.more ? [context(moreWords(rest, own.more))] : [];
  return [
    title,
    ...sections(
      shown.slice(0, mostLines).map(({ each, place }) => `•  ${place.words} · ${aboutWords(each.change, options)}`),
    ),
    ...more,
  ];
}

function moreWords(rest: number, older: boolean): string {
  const count = rest > 0 ? `${rest.toLocaleString('en')}${older ? ' and more' : ''} besides` : 'Older ones besides';
  return `${count}: \`/since 14d kind:merge by:@\` and your name lists them.`;
}

interface Place {
  /** What is to be looked at first. */
  readonly rank: number;
  readonly words: string;
}

const gone = 9;

function placeOf({ standings }: OwnChange, { now, goal }: OwnOptions): Place {
  const there = standings.find(({ environment }) => environment === goal);
  const others = standings.filter(({ environment }) => environment !== goal);
  const elsewhere = others.map((each) => standingWords(each, now)).slice(0, 3);
  const beside = elsewhere.length === 0 ? '' : `, ${elsewhere.join(', ')}`;
  if (there !== undefined) {
    const words = standingWords(there, now);
    if (there.state !== 'there') return { rank: ranks[there.state], words: `${words}${beside}` };
    return { rank: now.getTime() - there.at.getTime() > arrived ? gone : 6, words };
  }
  const worst = others.find(({ state }) => state !== 'there');
  const not = `not in ${outside(goal, 40)} yet`;
  if (elsewhere.length > 0) {
    return { rank: worst === undefined ? 4 : ranks[worst.state], words: `${elsewhere.join(', ')}, ${not}` };
  }
  return { rank: 5, words: '*merged*, no deploy has brought it anywhere yet' };
}

const ranks = { 'rolled-back': 0, failed: 1, deploying: 2, there: 6 } as const;

function standingWords({ environment, state, at }: Standing, now: Date): string {
  const [place, time] = [outside(environment, 40), readerTime(at, now)];
  switch (state) {
    case 'there':
      return `:white_check_mark: *in ${place}* since ${time}`;
    case 'rolled-back':
      return `:rewind: *rolled back* from ${place} ${time}`;
    case 'deploying':
      return `:hourglass_flowing_sand: *being deployed* to ${place} since ${time}`;
    case 'failed':
      return `:x: *its deploy to ${place} failed* ${time}`;
  }
}

/** `#812 "Retry payment calls" · checkout · merged 3 hours ago`. */
function aboutWords(change: Change, { now }: OwnOptions): string {
  const { pullRequest, url, commit, title } = change;
  const mark = pullRequest === null ? shorten(commit ?? '', 7).replace('…', '') : `#${Math.trunc(pullRequest.number)}`;
  const name = pullRequest?.title ?? title;
  const service = serviceName(change);
  const words = mark === '' ? outside(changeName(change), 40) : escaped(mark);
  return [
    `${link(pullRequest?.url ?? url, words) ?? words} "${outside(name, 110)}"`,
    ...(service === null ? [] : [outside(service, 60)]),
    `merged ${drawn(now).ago(change.occurredAt)}`,
  ].join(' · ');
}
