import { describe, expect, it } from 'vitest';
import { aBackport, aCommit, aPull, aView, ada, conflicts, grace, openedAt, proof } from '../../../test/nag-views.ts';
import type { Backport } from '../../domain/backports/backport.ts';
import type { BackportPull } from '../../domain/backports/pull.ts';
import { methods } from '../../domain/evidence/ladder.ts';
import type { NagTask, NagView } from '../../domain/nags/nag.ts';
import { blockKitProblems } from '../block-limits.ts';
import { renderNagDay } from './nag-day.ts';
import { renderEscalation } from './nag-escalation.ts';
import { renderNag } from './nag.ts';

const landing = { pullRequest: 821, url: 'https://github.com/acme/checkout/pull/821', by: 'grace' };

function drawn(view: NagView): string {
  const message = renderNag(view, landing);
  expect(blockKitProblems(message)).toEqual([]);
  return JSON.stringify(message.blocks);
}

function seenIn(collector: string): Backport['fact'] {
  const proof = { at: new Date('2026-11-24T11:20Z'), collector, snapshotId: '7', changeId: null };
  const place = { facet: 'env', key: 'PAYMENT_TIMEOUT' } as const;
  return { ...place, all: [{ ...place, service: 'checkout', proof }] };
}

describe('the message of a backport', () => {
  it('says what, how long, whose, what it costs, whether it can be picked, who can act, and when it speaks again', () => {
    const { text } = renderNag(aView());

    expect(text.split('\n')).toEqual([
      '#798 "Cap batch size" is in production, not in staging.',
      'checkout · since 2026-11-20 14:02 UTC · fixed INC-39 Checkout errors · owner ada',
      'The next release from staging would bring the bug back.',
      'Picking it onto `main` applies cleanly.',
      "Next: ada can open the pull request. I'll ask ada 2026-11-24 10:00 UTC, in a direct message. Why I think so: it was deployed to production from release, and staging never had it.",
      'To open its pull request, put it off or say what is so: the buttons of this message, or /backports.',
    ]);
  });

  it('leaves times to the clock of each reader', () => {
    expect(drawn(aView({ told: ['channel', 'owner'] }))).toContain(
      'again <!date^1795514400^{date_short_pretty} {time}|2026-11-24 10:00 UTC>',
    );
    expect(drawn(aView())).toContain('<!date^1795183320^{ago}|then>');
  });

  it('pings nobody', () => {
    expect(drawn(aView())).not.toMatch(/<[@!#](?!date)/);
  });

  it('names the files and the commits that stand in the way', () => {
    expect(drawn(aView({ pick: conflicts }))).toContain(
      'Picking it onto `main` conflicts in 2 files (`src/checkout.ts`, `src/batch.ts`), because these 3 commits are missing in staging: `aaaaaaa` Split batches; `bbbbbbb` Name batches; `ccccccc` Count batches.',
    );
  });

  it('gives the commands where somebody has to do it by hand, and no button that does nothing', () => {
    const commands = ['git fetch origin', 'git cherry-pick -x c0ffee0'];
    const words = drawn(aView({ byHand: { opening: 'push', commands } }));

    expect(words).toContain(
      String.raw`I cannot open its pull request here. By hand:\n${'```'}git fetch origin\ngit cherry-pick -x c0ffee0${'```'}`,
    );
    expect(words).not.toContain('backport_open');
    expect(drawn(aView({ pick: conflicts, byHand: { opening: 'ours', commands } }))).toMatch(
      /missing in staging.*By hand:.*git fetch origin.*backport_open/,
    );
  });

  it('is ready to say at its end by what it came home', () => {
    const view = aView({ backport: { state: 'live', liveAt: new Date('2026-11-24T11:20:00Z') }, evidence: proof });
    const { text, blocks } = renderNag(view, landing);

    expect(text).toBe(
      '#798 "Cap batch size" is home: the same patch landed in staging as `4f2a1c9` (<https://github.com/acme/checkout/pull/821|PR #821>, merged by grace), live since 2026-11-24 11:20 UTC.',
    );
    expect(JSON.stringify(blocks)).toContain(':white_check_mark:');
    expect(JSON.stringify(blocks)).not.toContain('"actions"');
  });

  it.each(methods)('has words for what %s proves', (method) => {
    const evidence = aCommit({ ...proof.evidence, method, containment: 0.84 });
    const words = drawn(aView({ backport: { state: 'landed' }, evidence }));

    expect(words).toMatch(/has landed: (?:the|a) .* landed in the branch that staging runs as `4f2a1c9`/);
    expect(words).not.toContain('a commit that proves it');
  });

  it('says what of a fix did not come along', () => {
    const evidence = aCommit({ ...proof.evidence, method: 'named', containment: 0.84, missingFiles: ['docs/a.md'] });

    expect(drawn(aView({ backport: { state: 'live' }, evidence }))).toContain(
      'a commit with its pull request or title with 84 % of its lines landed in staging as `4f2a1c9` (<https://github.com/acme/checkout/pull/821|PR #821>, merged by grace), without `docs/a.md`',
    );
  });

  it('asks which commit it is meant to be, and its buttons say that very commit', () => {
    const ask = aCommit({ verdict: 'ask', by: proof.evidence.by, containment: 0.62 });
    const view = aView({ backport: { state: 'candidate', commits: [ask] }, evidence: ask });

    expect(drawn(view)).toContain('It may be: 62 % of its lines are in `4f2a1c9`.');
    expect(drawn(view)).toContain(`"value":"17:${proof.evidence.by}"`);
  });

  it.each<[string, Partial<NagView['backport']>, RegExp]>([
    ['cannot be told', { state: 'not-evaluable' }, /Whether staging has it, nobody can tell by its content/],
    ['was taken back', { state: 'lapsed' }, /need not come any more: production took it back before staging had it/],
    [
      'is put off',
      { snoozed: { until: null, by: ada.slackId } },
      /<@U0ADA> put it off until the next release of production/,
    ],
    [
      'is waived',
      { state: 'waived', waived: { by: ada.slackId, reason: 'Gone soon', until: openedAt, second: grace.slackId } },
      /need not come to staging.*Why: Gone soon.*<@U0ADA> said so, and <@U0GRACE> too · until 2026-11-20/,
    ],
    [
      'waits for a second person',
      { waived: { by: ada.slackId, reason: 'Gone soon', until: openedAt, second: null } },
      /need not come until 2026-11-20: Gone soon.*somebody else has to say so, too.*backport_second/,
    ],
    [
      'is said to be there',
      { proposed: { commit: 'abcdef1234567890', by: grace.slackId, at: openedAt } },
      /<@U0GRACE> says that it is `abcdef1`/,
    ],
    [
      'is given up for another reason',
      { state: 'lapsed', note: 'the difference is meant' },
      /need not come any more\. The difference is meant\./,
    ],
    ['waits for its deploy, too', { awaitsDeploy: true }, /is merged for production, not in staging/],
    [
      'is the same where it never was a commit',
      { state: 'live', fact: seenIn('staging-env') },
      /a snapshot of staging-env saw the same in staging, and is live/,
    ],
    ['never was a commit', { fact: { facet: 'env', key: 'PAYMENT_TIMEOUT', all: [] } }, /is not what production runs/],
  ])('says that it %s', (_, backport, words) => {
    expect(drawn(aView({ backport })).replaceAll('\\n', ' ')).toMatch(words);
  });

  it.each<[BackportPull['state'], RegExp]>([
    ['wanted', /The pull request is being opened\./],
    ['failed', /The pull request could not be opened.*backport_open/],
    ['draft', /PR #821> is a draft\./],
    ['review-wanted', /PR #821> waits for a review by grace\.(?!.*applies cleanly)/],
    ['changes-requested', /PR #821> has a review that asks for changes/],
    ['approved', /PR #821> is approved and waits for its merge/],
    ['merged', /PR #821> is merged, and git was not read since\./],
    ['closed', /PR #821> was closed and not merged.*applies cleanly.*Open a new backport PR/],
  ])('follows a pull request that is %s', (state, words) => {
    expect(drawn(aView({ pull: aPull({ state }) }))).toMatch(words);
  });

  it('does not call the incident fixed that it came during', () => {
    const words = drawn(aView({ backport: { fixedIncident: false } }));

    expect(words).toContain('came during INC-39 Checkout errors');
    expect(words).toContain('The next release from staging would take it back.');
    expect(words).not.toMatch(/fixed|the bug/);
  });

  it('claims nothing of what was merged until git was read', () => {
    const words = drawn(aView({ pull: aPull({ state: 'merged' }), actor: { person: null, task: 'await-git' } }));

    expect(words).toContain('is in production. Whether staging has it, git is to show.');
    for (const claim of ['not in staging', 'bring the bug back', 'open the pull request', 'backport_open']) {
      expect(words).not.toContain(claim);
    }
  });

  it('says that what was merged is not there by git, and offers another pull request', () => {
    const pull = aPull({ state: 'merged', updatedAt: new Date(openedAt.getTime() - 1) });
    const words = drawn(aView({ pull, actor: { person: ada, task: 'bring-again' } }));

    expect(words).toMatch(
      /not in staging\..*PR #821> is merged, but git does not find the fix on the branch that staging runs\..*applies cleanly/,
    );
    expect(words).toContain('Open a new backport PR');
  });

  it('says who approved its pull request', () => {
    const pull = aPull({ state: 'approved', approvers: ['grace', 'edsger'] });

    expect(drawn(aView({ pull }))).toContain('is approved by grace, edsger and waits for its merge.');
  });

  it.each<[NagTask, RegExp]>([
    ['open', /ada can open the pull request/],
    ['repeat', /ada can do the same in staging/],
    ['finish-draft', /ada can finish the draft/],
    ['review', /ada can review it/],
    ['address-review', /ada can do what the review asks for/],
    ['resolve-conflict', /ada can resolve the conflict/],
    ['merge', /ada can merge it/],
    ['get-merged', /ada can see to it that it is merged/],
    ['await-git', /Next: git is read, to see whether that brought it to staging\. I ask nobody meanwhile\./],
    ['bring-again', /ada can say which commit brought it, or open another pull request/],
    ['deploy', /ada can deploy it to staging/],
    ['answer', /ada can say whether it is the same/],
    ['second', /ada can confirm that it need not come/],
  ])('says who can act when it is to %s', (task, words) => {
    expect(drawn(aView({ actor: { person: ada, task } }))).toMatch(words);
  });

  it('offers no pull request for what never was a commit', () => {
    const fact = { facet: 'env', key: 'PAYMENT_TIMEOUT', all: [] } as const;

    expect(drawn(aView({ backport: { fact, commits: [] }, pick: null }))).not.toContain('backport_open');
  });

  it('reads the same whenever it is drawn', () => {
    expect(renderNag(aView(), landing)).toEqual(renderNag(aView(), landing));
  });
});

describe('the card of a day', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => aView({ backport: aBackport({ id: String(index + 1) }) }));
  const card = (views: readonly NagView[], more = {}) =>
    renderNagDay({ person: ada, day: '2026-11-23', views, total: views.length, asLead: new Set(), ...more });

  it('says you to whoever reads it', () => {
    const { text, blocks } = card(many(1));

    expect(text).toContain('One fix has not come home to staging, and you can move it.');
    expect(text).toContain('yours · picks cleanly · you can open the pull request');
    expect(JSON.stringify(blocks)).not.toContain('<@');
  });

  it.each([2, 4, 14, 60])('holds all of %i within the limits', (count) => {
    const message = card(many(count), { total: count + 100 });

    expect(blockKitProblems(message)).toEqual([]);
    expect(message.text).toContain(`${count + 100} fixes have not come home`);
    expect(message.text).toContain('more: /backports mine');
  });

  it('tells a lead why they hear of it', () => {
    const view = aView({ actor: { person: grace, task: 'review' } });

    expect(card([view], { asLead: new Set(['17']) }).text).toContain(
      'you hear of it as you lead checkout, and grace was asked before',
    );
  });

  it('says of each why it is asked, and when it speaks again', () => {
    const next = { at: new Date('2026-11-24T10:00:00Z'), step: 'team', person: null } as const;

    expect(JSON.stringify(card([aView({ next })]).blocks)).toMatch(
      /Why I think so: it was deployed to production from release, and staging never had it\. I'll ask the team <!date\^1795514400\^.*, in the thread\./,
    );
  });

  it('says of what came home meanwhile that it did, after what waits still', () => {
    const home = aView({ backport: { state: 'live', id: '18', liveAt: openedAt }, evidence: proof });
    const { text, blocks } = card([home, aView()]);

    expect(text.split('\n').slice(0, 3)).toEqual([
      'One fix has not come home to staging, and you can move it. 1 is done.',
      expect.stringContaining('picks cleanly · you can open the pull request'),
      expect.stringContaining('home as `4f2a1c9`, live since 2026-11-20 14:02 UTC'),
    ]);
    expect(JSON.stringify(blocks)).toMatch(/:white_check_mark: .*home as `4f2a1c9`/);
  });

  it('does not say that somebody can move what waits for another by now, or was put off', () => {
    const views = [
      aView({ actor: { person: grace, task: 'review' }, pull: aPull() }),
      aView({ backport: { id: '18', snoozed: { until: null, by: ada.slackId } } }),
    ];

    expect(card(views).text).toMatch(/^Nothing of this waits for you any more\.\n.*grace can review it/);
  });

  it('says when nothing is left to do', () => {
    expect(card([aView({ backport: { state: 'live' }, evidence: proof })]).text).toContain(
      'Nothing of this waits for you',
    );
  });
});

describe('a line in the thread', () => {
  const escalation = { view: aView(), step: 'team', person: ada, why: 'waited' } as const;

  it('calls one person, and says why', () => {
    const { text, blocks } = renderEscalation(escalation);

    expect(blockKitProblems({ text, blocks })).toEqual([]);
    expect(text).toContain(
      '<@U0ADA>, production has had #798 "Cap batch size" since 2026-11-20 14:02 UTC, and it has not come to staging. I asked ada, and it has not moved. What is missing: its pull request.',
    );
  });

  it.each(['<!channel>', 'C0CHANNEL', 'S0TEAM', '<!subteam^S1>'])('never calls a group: %s', (slackId) => {
    const message = renderEscalation({ ...escalation, person: { slackId, name: '@payments-team' } });

    expect(JSON.stringify(message)).not.toMatch(/<!(?!date)|<@/);
    expect(message.text).toContain('payments-team, production has had');
  });

  it.each([
    ['left', /Ada is here no more/],
    ['unknown', /I know nobody in Slack to ask/],
    ['wrong-owner', /Somebody says that it is not ada’s/],
  ] as const)('says why when it is: %s', (why, words) => {
    expect(renderEscalation({ ...escalation, person: null, why }).text).toMatch(words);
  });
});
