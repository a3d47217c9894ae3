import type { Landing } from '../../backports/landings.ts';
import { afterMerge } from '../../domain/backports/after-merge.ts';
import { type Backport, lastProof } from '../../domain/backports/backport.ts';
import type { NagView } from '../../domain/nags/nag.ts';
import { outside } from './escape.ts';
import { landedWords, likenessWords, short } from './nag-evidence.ts';
import { type Voice, written } from './voice.ts';

interface Told {
  /** Words say the same: colour alone says nothing to many. */
  readonly mark: string;
  /** What is so, in one sentence. */
  readonly head: string;
  readonly more: readonly string[];
}

/** Nothing more is to come of it. */
export function isOver({ backport: { state } }: Pick<NagView, 'backport'>): boolean {
  return state === 'live' || state === 'lapsed';
}

/** It waits for somebody to do something about it. */
export function isWaiting({ backport: { state } }: Pick<NagView, 'backport'>): boolean {
  return state === 'open' || state === 'candidate' || state === 'not-evaluable';
}

/** Somebody has said that it need not come, and it takes another who says so too. */
export function wantsSecond({ backport }: Pick<NagView, 'backport'>): boolean {
  const { state, waived } = backport;
  return state !== 'waived' && waived !== null && waived.second === null;
}

export function nagState(
  view: NagView,
  voice: Voice,
  { title, landing }: { readonly title: string; readonly landing: Landing | null },
): Told {
  const { backport, evidence } = view;
  const [reference, mirror] = [outside(backport.reference, 60), outside(backport.mirror, 60)];
  const note = noteLines(backport);
  const isThere = `${title} is ${backport.awaitsDeploy ? 'merged for' : 'in'} ${reference}`;
  switch (backport.state) {
    case 'open': {
      // It may be home by now.
      const isUnread = afterMerge(backport, view.pull) === 'unread';
      return {
        mark: markOf(view, ':leftwards_arrow_with_hook:'),
        head: isUnread ? `${isThere}. Whether ${mirror} has it, git is to show.` : `${isThere}, not in ${mirror}.`,
        more: [isUnread ? '' : dangerWords(view), ...note, ...saidLines(view, voice)],
      };
    }
    case 'candidate':
      return {
        mark: markOf(view, ':grey_question:'),
        head: `${title} is in ${reference}. Is it in ${mirror}, too?`,
        more: [
          evidence === null
            ? `Something in ${mirror} resembles it.`
            : `It may be: ${likenessWords(evidence)}. That alone proves nothing, so somebody who knows has to say.`,
          ...note,
          ...saidLines(view, voice),
        ],
      };
    case 'not-evaluable':
      return {
        mark: markOf(view, ':grey_question:'),
        head: `${title} is in ${reference}. Whether ${mirror} has it, nobody can tell by its content.`,
        more: [
          ...whyNot(evidence?.evidence.reason ?? ''),
          'Say which commit brought it, or that it need not come.',
          ...note,
          ...saidLines(view, voice),
        ],
      };
    case 'landed':
      return {
        mark: ':hourglass_flowing_sand:',
        head: `${title} has landed: ${landedWords(evidence, `the branch that ${mirror} runs`, landing)}. It is not live there yet.`,
        more: note,
      };
    case 'live':
      return {
        mark: ':white_check_mark:',
        head: `${title} is home: ${homeWords(view, mirror, landing)}, ${liveWords(backport, voice)}.`,
        more: note,
      };
    case 'waived':
      return { mark: ':no_bell:', head: `${title} need not come to ${mirror}.`, more: waivedLines(backport, voice) };
    case 'lapsed':
      return {
        mark: ':white_check_mark:',
        head: `${title} need not come any more${note.length === 0 ? `: ${reference} took it back before ${mirror} had it` : ''}.`,
        more: note,
      };
  }
}

/** Of what never was a commit, who saw it. */
function homeWords({ backport, evidence }: NagView, mirror: string, landing: Landing | null): string {
  const proof = lastProof(backport);
  if (proof === null) return landedWords(evidence, mirror, landing);
  return proof.snapshotId === null && proof.changeId !== null
    ? `a change made it the same in ${mirror}`
    : `a snapshot of ${outside(proof.collector, 60)} saw the same in ${mirror}`;
}

function whyNot(reason: string): readonly string[] {
  const words = outside(reason, 300);
  return words === '' ? [] : [`Why not: ${words}.`];
}

function markOf({ backport, severity }: NagView, usual: string): string {
  if (backport.snoozed !== null) return ':zzz:';
  return severity === 'high' ? ':rotating_light:' : usual;
}

function dangerWords({ backport }: NagView): string {
  const mirror = outside(backport.mirror, 60);
  if (backport.fact !== null)
    return `What is tried out in ${mirror} is not what ${outside(backport.reference, 60)} runs.`;
  return backport.fixedIncident
    ? `The next release from ${mirror} would bring the bug back.`
    : `The next release from ${mirror} would take it back.`;
}

function liveWords({ liveAt, landedAt }: Backport, voice: Voice): string {
  const at = liveAt ?? landedAt;
  return at === null ? 'and is live' : `live since ${voice.at(at)}`;
}

/** What people have said of it. */
function saidLines(view: NagView, voice: Voice): readonly string[] {
  const { proposed, snoozed, waived, reference } = view.backport;
  const until = (at: Date | null) => (at === null ? `the next release of ${outside(reference, 60)}` : voice.at(at));
  return [
    ...(proposed === null
      ? []
      : [
          `${voice.who(proposed.by)} says that it is ${short(proposed.commit)}. It counts once something else says so, too.`,
        ]),
    ...(snoozed === null ? [] : [`${voice.who(snoozed.by)} put it off until ${until(snoozed.until)}.`]),
    ...(waived === null || !wantsSecond(view)
      ? []
      : [
          `${voice === written ? '' : ':two: '}${voice.who(waived.by)} says that it need not come until ${dayWords(waived.until)}: ${outside(waived.reason, 500)}. It is of high risk, so somebody else has to say so, too.`,
        ]),
  ];
}

function waivedLines({ waived }: Backport, voice: Voice): readonly string[] {
  if (waived === null) return [];
  const { by, reason, until, second } = waived;
  return [
    `Why: ${outside(reason, 500)}`,
    `${voice.who(by)} said so${second === null ? '' : `, and ${voice.who(second)} too`} · until ${dayWords(until)}; after that I ask again.`,
  ];
}

function noteLines({ note }: Backport): readonly string[] {
  const words = outside(note ?? '', 400);
  return words === '' ? [] : [`${words.charAt(0).toUpperCase()}${words.slice(1)}.`.replace(/\.\.$/, '.')];
}

/** The day that people chose, which is one in UTC for everybody. */
export function dayWords(at: Date): string {
  return Number.isFinite(at.getTime()) ? at.toISOString().slice(0, 10) : 'an unknown day';
}
