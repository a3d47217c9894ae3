import { countOf } from '../../domain/change-words.ts';
import type { BackportPick, BackportPull } from '../../domain/backports/pull.ts';
import { afterMerge } from '../../domain/backports/after-merge.ts';
import type { Backport } from '../../domain/backports/backport.ts';
import type { ByHand } from '../../domain/by-hand.ts';
import type { NagActor, NagView } from '../../domain/nags/nag.ts';
import { code, link, outside } from './escape.ts';
import { short } from './nag-evidence.ts';
import type { Voice } from './voice.ts';

const mostFiles = 4;
const mostMissing = 3;
const mostCommands = 4;
const longestCommand = 680;

/** What stands between a fix and the mirror: its pull request, else what would become of picking it. */
export function workLines({ pull, pick, byHand, backport }: NagView): readonly string[] {
  const isOver = pull?.state === 'failed' || pull?.state === 'closed' || afterMerge(backport, pull) === 'in-vain';
  const started = pull !== null && !isOver;
  return [
    ...(pull === null ? [] : [pullLine(backport, pull)]),
    ...(pick === null || started ? [] : [pickLine(pick, backport.mirror)]),
    ...(byHand === null ? [] : [handLine(byHand)]),
  ];
}

/** A refusal that leaves nobody stuck. */
function handLine({ opening, commands }: ByHand): string {
  const why = opening === 'ours' ? '' : 'I cannot open its pull request here. ';
  // Nothing in it ends the code early: a backtick is none any more.
  const shown = commands.slice(0, mostCommands).map((command) => outside(command, longestCommand));
  const then = opening === 'person' ? ', then open the pull request' : '';
  return `${why}By hand${then}:\n\`\`\`${shown.join('\n')}\`\`\``;
}

function pullName({ number, url }: Pick<BackportPull, 'number' | 'url'>): string {
  const name = number === null ? 'the pull request' : `PR #${number}`;
  return link(url, name) ?? name;
}

/** Who could do what next. */
export function actorWords({ person, task }: NagActor, mirror: string): string {
  const who = person === null ? 'somebody' : outside(person.name, 80);
  switch (task) {
    case 'open':
      return `${who} can open the pull request`;
    case 'repeat':
      return `${who} can do the same in ${outside(mirror, 60)}`;
    case 'finish-draft':
      return `${who} can finish the draft`;
    case 'review':
      return `${who} can review it`;
    case 'address-review':
      return `${who} can do what the review asks for`;
    case 'resolve-conflict':
      return `${who} can resolve the conflict`;
    case 'merge':
      return `${who} can merge it`;
    case 'get-merged':
      return `${who} can see to it that it is merged`;
    case 'await-git':
      return `git is read, to see whether that brought it to ${outside(mirror, 60)}`;
    case 'bring-again':
      return `${who} can say which commit brought it, or open another pull request`;
    case 'deploy':
      return `${who} can deploy it to ${outside(mirror, 60)}`;
    case 'answer':
      return `${who} can say whether it is the same`;
    case 'second':
      return `${person === null ? 'a second person' : who} can confirm that it need not come`;
  }
}

/** `a review`: what would move it. */
export function taskWords({ task }: NagActor, mirror: string): string {
  switch (task) {
    case 'open':
      return 'its pull request';
    case 'repeat':
      return `the same in ${outside(mirror, 60)}`;
    case 'finish-draft':
      return 'the end of its draft';
    case 'review':
      return 'a review';
    case 'address-review':
      return 'what the review asks for';
    case 'resolve-conflict':
      return 'somebody who resolves the conflict';
    case 'merge':
    case 'get-merged':
      return 'its merge';
    case 'await-git':
      return 'git, which is read';
    case 'bring-again':
      return 'the commit that brought it, or another pull request';
    case 'deploy':
      return `a deploy to ${outside(mirror, 60)}`;
    case 'answer':
      return 'somebody who knows whether it is the same';
    case 'second':
      return 'a second person who confirms that it need not come';
  }
}

/** When it will speak again. */
export function nextWords({ next, told, actor }: Pick<NagView, 'next' | 'told' | 'actor'>, voice: Voice): string {
  if (actor.task === 'await-git') return 'I ask nobody meanwhile.';
  if (next === null) return 'I ask nobody again: it stays here and in /backports.';
  const when = voice.at(next.at);
  const who = next.person === null ? null : outside(next.person.name, 80);
  switch (next.step) {
    case 'channel':
      return `I'll tell of it here ${when}.`;
    case 'owner':
      return `I'll ask ${who ?? 'whoever can act'}${told.includes('owner') ? ' again' : ''} ${when}, in a direct message.`;
    case 'team':
      return `I'll ask ${who ?? 'the team'} ${when}, in the thread.`;
    case 'lead':
      return `I'll ask ${who ?? 'whoever leads the team'} ${when}, in a direct message.`;
    case 'digest':
      return `From ${when} on I ask nobody again: it stays here and in /backports.`;
  }
}

function pullLine(backport: Backport, pull: BackportPull): string {
  const problem = outside(pull.problem ?? '', 300);
  return `${standingWords(backport, pull)}${problem === '' ? '.' : `: ${problem}`}`;
}

/** How its pull request stands, and what git knows of it where that was merged. */
export function standingWords(backport: Backport, pull: BackportPull): string {
  const words = pullWords(pull);
  switch (afterMerge(backport, pull)) {
    case 'unread':
      return `${words}, and git was not read since`;
    case 'in-vain':
      return `${words}, but git does not find the fix on the branch that ${outside(backport.mirror, 60)} runs`;
    case null:
      return words;
  }
}

/** `PR #821 waits for a review by grace`. */
export function pullWords(pull: BackportPull): string {
  const { state, author, reviewers, approvers, openedByUs } = pull;
  const name = pullName(pull);
  const shown = name.replace(/^the/, 'The');
  const by = author === null || openedByUs ? '' : ` by ${outside(author, 60)}`;
  const few = (logins: readonly string[]) => logins.slice(0, 3).map((each) => outside(each, 60));
  const [asked, approved] = [few(reviewers), few(approvers)];
  switch (state) {
    case 'wanted':
      return 'The pull request is being opened';
    case 'failed':
      return 'The pull request could not be opened';
    case 'draft':
      return `${shown}${by} is a draft`;
    case 'review-wanted':
      return `${shown}${by} waits for a review${asked.length === 0 ? '' : ` by ${asked.join(', ')}`}`;
    case 'changes-requested':
      return `${shown}${by} has a review that asks for changes`;
    case 'approved':
      return `${shown}${by} is approved${approved.length === 0 ? '' : ` by ${approved.join(', ')}`} and waits for its merge`;
    case 'merged':
      return `${shown}${by} is merged`;
    case 'closed':
      return `${shown}${by} was closed and not merged`;
  }
}

function pickLine(pick: BackportPick, mirror: string): string {
  if (pick.outcome === 'unknown') return `Whether it can be picked is not known: ${outside(pick.why, 300)}.`;
  const onto = `Picking it onto ${code(pick.base, 100)}`;
  if (pick.outcome === 'clean') return `${onto} applies cleanly.`;
  const { files, missing } = pick;
  const named = files.slice(0, mostFiles).map((file) => code(file, 100));
  const more = files.length > named.length ? ` and ${files.length - named.length} more` : '';
  const conflict = `${onto} conflicts in ${countOf(files.length, 'file')}${named.length === 0 ? '' : ` (${named.join(', ')}${more})`}`;
  if (missing.length === 0) return `${conflict}.`;
  const commits = missing.slice(0, mostMissing).map((each) => `${short(each.commit)} ${outside(each.title, 100)}`);
  const others = missing.length > commits.length ? `; and ${missing.length - commits.length} more` : '';
  const count = missing.length === 1 ? 'this commit is' : `these ${missing.length} commits are`;
  const these = `${count} missing in ${outside(mirror, 60)}`;
  return `${conflict}, because ${these}: ${commits.join('; ')}${others}.`;
}
