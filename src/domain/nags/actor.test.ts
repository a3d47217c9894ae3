import { describe, expect, it } from 'vitest';
import type { BackportPick, BackportPull, BackportPullState } from '../backports/pull.ts';
import type { Backport, BackportState } from '../backports/backport.ts';
import { type Around, actorOf } from './actor.ts';

const now = new Date('2026-11-20T16:00Z');
const person = (name: string) => ({ slackId: `U${name.toUpperCase()}`, name });
const around: Around = {
  owner: person('ada'),
  author: person('linus'),
  reviewers: [person('linus'), { slackId: null, name: 'octo' }, person('grace')],
  approvers: [{ slackId: null, name: 'octo' }, person('grace'), person('edsger')],
  mergers: [person('ada'), person('grace'), person('dan')],
  deployer: person('dan'),
  seconds: [person('ada'), person('lea')],
};

/** Of what is merged here, git has been read since. */
const judgedAt = new Date(now.getTime() + 1);

function pull(state: BackportPullState): BackportPull {
  const base = { number: 821, url: null, branch: 'backport-1', base: 'main', author: 'linus', reviewers: [] };
  return {
    ...base,
    approvers: [],
    mergers: [],
    state,
    openedByUs: true,
    wantedBy: 'Grace',
    problem: null,
    updatedAt: now,
  };
}

const conflicts: BackportPick = { outcome: 'conflicts', base: 'main', files: ['a.ts'], missing: [], at: now };
const waived = { by: 'UADA', reason: 'rewritten', until: new Date('2026-12-01T00:00Z'), second: null };

describe('whoever can move it now is asked', () => {
  it.each<[string, BackportState, BackportPull | null, BackportPick | null, Backport['waived'], string, string]>([
    ['nothing was done yet', 'open', null, null, null, 'ada', 'open'],
    ['it would apply cleanly', 'open', null, { outcome: 'clean', base: 'main', at: now }, null, 'ada', 'open'],
    ['it would conflict', 'open', null, conflicts, null, 'ada', 'resolve-conflict'],
    ['a pull request is being made', 'open', pull('wanted'), null, null, 'ada', 'open'],
    ['it could not be made for conflicts', 'open', pull('failed'), conflicts, null, 'ada', 'resolve-conflict'],
    ['it is a draft', 'open', pull('draft'), conflicts, null, 'linus', 'finish-draft'],
    ['a review is wanted', 'open', pull('review-wanted'), null, null, 'grace', 'review'],
    ['changes are wanted', 'open', pull('changes-requested'), null, null, 'linus', 'address-review'],
    ['it is approved', 'open', pull('approved'), null, null, 'ada', 'merge'],
    ['it was merged and git does not find it', 'open', pull('merged'), conflicts, null, 'ada', 'bring-again'],
    ['it was merged and git finds what may be it', 'candidate', pull('merged'), null, null, 'ada', 'answer'],
    ['it was merged and nobody can tell', 'not-evaluable', pull('merged'), null, null, 'ada', 'answer'],
    ['it was closed', 'open', pull('closed'), null, null, 'ada', 'open'],
    ['it has landed and is not deployed', 'landed', pull('merged'), null, null, 'dan', 'deploy'],
    ['a commit may be it', 'candidate', null, null, null, 'ada', 'answer'],
    ['a commit may be it and there is a pull request', 'candidate', pull('approved'), null, null, 'ada', 'merge'],
    ['nobody can tell', 'not-evaluable', null, null, null, 'ada', 'answer'],
    ['a waiver waits for somebody else', 'open', null, null, waived, 'lea', 'second'],
    ['such a waiver is over', 'open', null, null, { ...waived, until: now }, 'ada', 'open'],
  ])('%s', (_, state, pullRequest, pick, waiver, name, task) => {
    const actor = actorOf(
      { backport: { state, waived: waiver, fact: null, judgedAt }, pull: pullRequest, pick, now },
      around,
    );

    expect([actor.person?.name, actor.task]).toEqual([name, task]);
  });

  it('what never was a commit is to be done once more, by no pull request', () => {
    const fact = { facet: 'env', key: 'DB_POOL', all: [] } as const;
    const task = (more: Partial<Backport>) =>
      actorOf(
        { backport: { state: 'open', waived: null, fact, judgedAt, ...more }, pull: null, pick: null, now },
        around,
      ).task;

    expect([task({}), task({ waived })]).toEqual(['repeat', 'second']);
  });

  it.each<BackportState>(['open', 'candidate', 'not-evaluable'])(
    'nobody is asked anything of what was merged while git was not read since: %s',
    (state) => {
      const unread = { state, waived: null, fact: null, judgedAt: now };

      expect(actorOf({ backport: unread, pull: pull('merged'), pick: conflicts, now }, around)).toEqual({
        person: null,
        task: 'await-git',
      });
    },
  );

  it.each<[string, Partial<Around>, string | undefined, string]>([
    ['its owner, who may', {}, 'ada', 'merge'],
    ['who approved it, where the owner may not', { mergers: [person('edsger'), person('grace')] }, 'grace', 'merge'],
    ['the first who approved it and may', { mergers: [person('edsger'), person('linus')] }, 'edsger', 'merge'],
    ['its author', { mergers: [person('linus'), person('dan')] }, 'linus', 'merge'],
    ['who looks after the service', { mergers: [person('dan'), person('lea')] }, 'dan', 'merge'],
    ['who leads the team', { mergers: [person('lea')] }, 'lea', 'merge'],
    ['its owner, where nothing is known of rights', { mergers: [] }, 'ada', 'get-merged'],
    ['its owner, where others may', { mergers: [person('stranger')] }, 'ada', 'get-merged'],
    ['its owner, where who may is not in Slack', { mergers: [{ slackId: null, name: 'octo' }] }, 'ada', 'get-merged'],
    ['who approved it, where there is no owner', { owner: null }, 'grace', 'merge'],
    ['nobody, where there is no owner and nobody may', { owner: null, mergers: [] }, undefined, 'get-merged'],
  ])('to merge what is approved: %s', (_, given, name, task) => {
    const standing = {
      backport: { state: 'open', waived: null, fact: null, judgedAt },
      pull: pull('approved'),
      pick: null,
    } as const;
    const actor = actorOf({ ...standing, now }, { ...around, ...given });

    expect([actor.person?.name, actor.task]).toEqual([name, task]);
  });

  it('without a reviewer the author, without a deployer the owner, and without anybody nobody', () => {
    const told = (given: Partial<Around>, state: BackportState, pullRequest: BackportPull | null) =>
      actorOf(
        { backport: { state, waived: null, fact: null, judgedAt }, pull: pullRequest, pick: null, now },
        { ...around, ...given },
      );
    const nobody = {
      owner: null,
      author: null,
      reviewers: [],
      approvers: [],
      mergers: [],
      deployer: null,
      seconds: [],
    };

    expect([
      told({ reviewers: [person('linus')] }, 'open', pull('review-wanted')).person?.name,
      told({ reviewers: [{ slackId: null, name: 'octo' }] }, 'open', pull('review-wanted')).person?.name,
      told({ deployer: null }, 'landed', null).person?.name,
      told({ author: null }, 'open', pull('draft')).person?.name,
      told(nobody, 'open', pull('draft')).person,
      actorOf(
        { backport: { state: 'open', waived, fact: null, judgedAt }, pull: null, pick: null, now },
        { ...around, seconds: [] },
      ).person,
    ]).toEqual(['linus', 'octo', 'ada', 'ada', null, null]);
  });
});
