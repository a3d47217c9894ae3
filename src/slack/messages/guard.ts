import type { KnownBlock } from '@slack/types';
import { changeName, countOf, personName, tookEffect } from '../../domain/change-words.ts';
import type { Change } from '../../domain/change.ts';
import { type Guard, type GuardedFix, courseOf, toldFixes } from '../../domain/backports/guard.ts';
import { fixName, fixWords } from '../../domain/backports/live-fix.ts';
import type { SlackMessage } from '../send.ts';
import { section } from './blocks.ts';
import { link, outside } from './escape.ts';
import { fitting } from './fitting.ts';
import { type Voice, drawn, written } from './voice.ts';

const mostListed = 10;
const longestText = 3500;
const longestList = 2900;

/** The one message of a deploy that takes back fixes, through its end. The same at whatever time it is drawn. */
export function renderGuard(guard: Guard): SlackMessage {
  const voice = drawn(guard.foundAt);
  const blocks: KnownBlock[] = [
    section(fitting([`${markOf(guard)} ${headline(guard, voice)}`, ...factLines(guard, voice)], longestList)),
    section(courseWords(guard, voice)),
  ];
  const text = [headline(guard, written), ...factLines(guard, written), courseWords(guard, written)];
  return { text: fitting(text, longestText), blocks };
}

/** `This deploy reverts fix #123 from INC-42, live since Tuesday`. */
function headline(guard: Guard, voice: Voice): string {
  const { deploy, isRollback, foundAt } = guard;
  const told = toldFixes(guard);
  const [first] = told;
  if (first === undefined) return 'This deploy reverts nothing';
  const where = outside(deploy.environment ?? 'its environment', 60);
  const what = isRollback ? 'This rollback' : 'This deploy';
  const verbs = verbsOf(guard);
  if (told.length > 1)
    return voice.strong(`${what} ${verbs} ${countOf(told.length, 'fix', 'fixes')} that ran in ${where}`, 300);
  return voice.strong(`${what} ${verbs} ${fixWords(first, foundAt)}`, 300);
}

/** Nothing of it is sure: who reads it has to look. */
function isUnsure({ fixes }: Guard): boolean {
  return fixes.every(({ unsure }) => unsure);
}

/** A rollback is meant to take something back: that it takes the fix too may be overlooked. */
function verbsOf(guard: Guard): string {
  const isOver = courseOf(guard) !== 'under-way';
  if (isUnsure(guard)) {
    if (courseOf(guard) === 'averted') return guard.isRollback ? 'might also have taken back' : 'might have reverted';
    if (guard.isRollback) return isOver ? 'may also have taken back' : 'may also take back';
    return isOver ? 'may have reverted' : 'may revert';
  }
  if (courseOf(guard) === 'averted') return guard.isRollback ? 'would also have taken back' : 'would have reverted';
  if (guard.isRollback) return isOver ? 'also took back' : 'also takes back';
  return isOver ? 'reverted' : 'reverts';
}

function factLines({ deploy, fixes, foundAt }: Guard, voice: Voice): readonly string[] {
  const who = personName(deploy.actor);
  const facts = [
    `${outside(changeName(deploy), 200)}${deploy.environment === null ? '' : ` to ${outside(deploy.environment, 60)}`}`,
    `begun${who === null ? '' : ` by ${outside(who, 60)}`} ${voice.at(deploy.occurredAt)}`,
    linkOf(deploy, voice),
  ].filter((part) => part !== null);
  const shown = fixes.slice(0, mostListed).map((fix) => fixLine(fix, { isOnly: fixes.length === 1, foundAt }, voice));
  const more = fixes.length > mostListed ? [`and ${countOf(fixes.length - mostListed, 'more')}`] : [];
  return [facts.join(' · '), ...shown, ...more];
}

function fixLine(
  fix: GuardedFix,
  { isOnly, foundAt }: { readonly isOnly: boolean; readonly foundAt: Date },
  voice: Voice,
): string {
  const { title, url, owner, back, pullRequest } = fix;
  const plain = outside(title.replaceAll('|', '¦'), 150) || 'without a title';
  const titled = voice === written ? plain : (link(url, plain) ?? plain);
  const named = isOnly ? titled : `${outside(fixWords(fix, foundAt), 200)}${pullRequest === null ? '' : `: ${titled}`}`;
  const parts = [
    named,
    ...(owner === null ? [] : [`made by ${outside(owner, 60)}`]),
    hasWords(fix),
    ...(back === null || isOnly ? [] : [`back ${backWords(back, voice)}`]),
  ];
  return `${isOnly ? '' : '•  '}${parts.join(' · ')}`;
}

function hasWords({ unsure, takenBy }: GuardedFix): string {
  if (unsure) return 'nobody can tell by its content whether its version has it';
  return takenBy === null ? 'its version has it in no form' : `taken back by ${takenBy.slice(0, 7)} of its version`;
}

function courseWords(guard: Guard, voice: Voice): string {
  const { deploy } = guard;
  const fixes = toldFixes(guard);
  const where = outside(deploy.environment ?? 'its environment', 60);
  const gone = fixes.filter(({ back }) => back === null);
  const names = (some: readonly GuardedFix[]) => namesOf(some, voice);
  const be = (some: readonly GuardedFix[]) => (some.length === 1 ? 'is' : 'are');
  switch (courseOf(guard)) {
    case 'under-way':
      if (isUnsure(guard)) {
        return `It is under way, and I cannot tell: look whether its version has ${fixes.length === 1 ? 'the fix' : 'the fixes'}, and stop it if not.`;
      }
      return guard.isRollback
        ? 'It is under way: what the fix mended may come with it.'
        : 'It is under way: stop it, or deploy a version that has the fix.';
    case 'averted': {
      const end = deploy.status === 'failed' ? 'It failed' : 'It was stopped';
      return `${end}, ${voice.at(tookEffect(deploy))}: nothing reverted.`;
    }
    case 'through': {
      const there = fixes.filter(({ back }) => back !== null);
      if (isUnsure(guard)) {
        return `It went through, ${voice.at(tookEffect(deploy))}: look whether ${names(gone)} still ${gone.length === 1 ? 'works' : 'work'} in ${where}.`;
      }
      const back = there.length === 0 ? '' : `; ${names(there)} ${be(there)} back`;
      return `It went through, ${voice.at(tookEffect(deploy))}: ${names(gone)} ${be(gone)} no longer in ${where}${back}.`;
    }
    case 'back': {
      const [first] = fixes;
      const by = first?.back ?? null;
      const same = by !== null && fixes.every(({ back }) => back?.id === by.id);
      return `It went through, and ${names(fixes)} ${be(fixes)} back in ${where}${same ? ` ${backWords(by, voice)}` : ''}.`;
    }
  }
}

function namesOf(fixes: readonly GuardedFix[], voice: Voice): string {
  const [first] = fixes;
  if (first === undefined) return 'nothing';
  return fixes.length === 1 ? voice.strong(fixName(first), 120) : countOf(fixes.length, 'fix', 'fixes');
}

function backWords(back: Change, voice: Voice): string {
  const who = personName(back.actor);
  return `with ${outside(changeName(back), 120)}${who === null ? '' : ` by ${outside(who, 60)}`}, ${voice.at(tookEffect(back))}`;
}

function linkOf({ runUrl, url }: Change, voice: Voice): string | null {
  return voice === written ? null : (link(runUrl, 'run') ?? link(url, 'open'));
}

/** Words say the same: colour alone says nothing to many. */
function markOf(guard: Guard): string {
  const course = courseOf(guard);
  if (course === 'averted' || course === 'back') return ':white_check_mark:';
  return isUnsure(guard) ? ':warning:' : ':rotating_light:';
}
