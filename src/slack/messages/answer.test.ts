import { subHours, subMinutes, subSeconds } from 'date-fns';
import { expect, it } from 'vitest';
import { aChange, aSource, anAnswer, askedAt, badAfternoon, badDeploy, anAlert } from '../../../test/answers.ts';
import type { Answer } from '../../domain/answer.ts';
import { blockKitProblems } from '../block-limits.ts';
import { type AnswerOptions, renderAnswer } from './answer.ts';

const options: AnswerOptions = {
  now: askedAt,
  timezone: 'America/New_York',
  state: '{"f":1}',
  shareable: true,
};

function render(answer: Answer, given: Partial<AnswerOptions> = {}) {
  const { text, blocks } = renderAnswer(answer, { ...options, ...given });
  const drawn = blocks.map((block) => {
    if (block.type === 'section') return block.text?.text ?? '';
    if (block.type === 'context') return block.elements.map((each) => ('text' in each ? each.text : '')).join(' ');
    return '';
  });
  const actions = blocks.find((block) => block.type === 'actions');
  const buttons = (actions?.elements ?? []).flatMap((each) => (each.type === 'button' ? [each] : []));
  return { text, blocks, drawn, all: drawn.join('\n'), buttons, ids: buttons.map((each) => each.action_id) };
}

it('answers in its first line', () => {
  expect(render(badAfternoon()).drawn[0]).toBe(
    '*7 changes to production since 14:00 (2 h 13 min, your time) in 3 services.* The last: checkout 1.42.0, 12 minutes ago.',
  );
});

it('says of the likeliest change what it moved, brought and cost, with its links and reasons', () => {
  const { all } = render(badAfternoon());

  expect(all).toContain(
    '*Look here first*\n1.  *checkout 1.41.3 → 1.42.0* · deploy <!date^1795190280^{time}|15:58 UTC> by ada · took 3 min',
  );
  expect(all).toContain('compare/v1.41.3...v1.42.0|diff> · <https://github.com/acme/checkout/actions/runs/9137|run>');
  expect(all).toContain('carries <https://github.com/acme/checkout/pull/812|#812> "Retry payment calls" (ada)');
  expect(all).toMatch(/_Why:_ took effect 12 min ago, .*#812: no approval seen/);
});

it('says what speaks against a suspect after what speaks for it, and which is likely', () => {
  const reasons = [
    { text: 'the same service', weight: 0.3 },
    { text: 'was taken back since, by checkout 1.41.3', weight: 0 },
    { text: 'finished 8 h before it began', weight: -0.05 },
  ];
  const suspects = (['likely', 'possible'] as const).map((likelihood, index) => ({
    change: aChange({ id: `${index}` }),
    score: 0.6,
    likelihood,
    reasons: likelihood === 'likely' ? reasons : [],
  }));

  const { all } = render(anAnswer({ changes: suspects.map(({ change }) => change), suspects }));

  expect(all).toContain(
    '_Likely:_ the same service; but: finished 8 h before it began, was taken back since, by checkout 1.41.3',
  );
  expect(all).not.toContain('_Why:_');
});

it('says every risk of a suspect once: among its reasons, or beside what it moved and brought', () => {
  const change = { ...badDeploy, risks: [{ name: 'skipped-staging', text: 'skipped staging' }] as const };
  const suspected = (texts: readonly string[]) => {
    const reasons = texts.map((text) => ({ text, weight: 0.1 }));
    const suspects = [{ change, score: 0.6, likelihood: 'likely', reasons }] as const;
    return render(anAnswer({ changes: [change], suspects })).all;
  };

  expect(suspected(['the same service'])).toMatch(/:warning: skipped staging · .*\(ada\), \*no approval seen\*/s);
  const told = suspected(['skipped staging', 'carries #812: no approval seen']);
  expect(told.match(/skipped staging/g)).toHaveLength(1);
  expect(told.match(/no approval seen/g)).toHaveLength(1);
});

it('tells each change once', () => {
  const { all } = render(badAfternoon());

  expect(all.match(/1\.41\.3 → 1\.42\.0/g)).toHaveLength(1);
  expect(all).toContain('*ledger*  2 more\n•  <!date^1795187580^{time}|15:13 UTC>  deploy *3.9.0 → 3.9.1* by barbara');
});

it('marks failure, rollback and risk in words', () => {
  const { all } = render(badAfternoon({ suspects: [] }));

  expect(all).toContain(':x: *failed after 6 min*');
  expect(all).toContain(':rewind: rollback *7.4.0 → 7.3.0*');
  expect(all).toContain(':warning: pushed straight to the branch, no pull request');
  expect(all).toContain('time as received');
});

it('warns of what a deploy loses', () => {
  const { carried } = badDeploy;
  const lossy = aChange({ ...badDeploy, carried: carried === null ? null : { ...carried, lost: 2 } });

  expect(render(anAnswer({ changes: [lossy], suspects: [] })).all).toContain(
    ':warning: *loses 2 commits* that 1.41.3 had',
  );
});

it('names the sources that may have missed something before the changes, and all of them after', () => {
  const { drawn } = render(badAfternoon());

  expect(drawn[1]).toBe(
    ':warning: *Terraform has been silent for 9 h (usually every 30 min), so changes may be missing.*',
  );
  expect(drawn).toContain(
    'Seen: *Argo CD nothing yet* · *Terraform silent for 9 h (usually every 30 min)* · GitHub 40 s ago · LaunchDarkly 5 min ago',
  );
});

it('calls a closed source closed', () => {
  const closed = aSource({ title: 'Sentry', state: 'closed', newest: subHours(askedAt, 3) });

  expect(render(anAnswer({ coverage: [closed] })).all).toContain(
    '*Sentry closed, its secret is missing, last heard 3 h ago*',
  );
});

it('names the incidents and alerts of the time, three of them', () => {
  const one = anAlert({
    title: 'p99 above 2 s',
    reference: '#1234',
    url: 'https://acme.pagerduty.com/incidents/P1',
  });
  const over = { state: 'resolved', startedAt: subMinutes(askedAt, 14), resolvedAt: subMinutes(askedAt, 2) } as const;
  const alerts = [one, anAlert({ severity: null, services: [], ...over }), one, one, one];

  const { all } = render(badAfternoon({ alerts }));

  expect(all).toContain('*Incidents and alerts*');
  expect(all).toContain(
    '*p99 above 2 s* · critical, open, checkout · <https://acme.pagerduty.com/incidents/P1|PagerDuty #1234>',
  );
  expect(all).toContain('*Checkout errors* · resolved after 12 min · PagerDuty');
  expect(all).toContain('… and 2 more');
  expect(render(badAfternoon()).all).not.toContain('Incidents');
});

it('says how often the same was told, and who told it', () => {
  const change = aChange({
    kind: 'config',
    title: 'patch configmap leader',
    repeated: { count: 1200, since: subHours(askedAt, 1) },
    sources: ['argocd', 'kubernetes-audit'],
  });

  const { all } = render(anAnswer({ changes: [change], suspects: [] }));

  expect(all).toContain('1,200 times since <!date^');
  expect(all).toContain('reported by Argo CD and Kubernetes audit log');
});

it('says of a suspect who told it, and of a drift how long it is there', () => {
  const deploy = aChange({ to: '1.42.0', sources: ['argocd', 'github'] });
  const drift = aChange({ kind: 'drift', title: 'drift', status: 'started', occurredAt: subHours(askedAt, 9) });
  const suspects = [deploy, drift].map((change) => ({
    change,
    score: 0.5,
    likelihood: 'possible' as const,
    reasons: [],
  }));

  const { all } = render(anAnswer({ changes: [deploy, drift], suspects }));

  expect(all).toContain('reported by Argo CD and GitHub');
  expect(all).toContain('there for 9 h');
});

it('mentions what waits and what names no environment', () => {
  const { all } = render(badAfternoon({ unplaced: 1 }));

  expect(all).toContain('4 merges to the default branch are not in production yet.');
  expect(all).toContain('1 change that names no environment could concern production too.');
});

it('alone in its text says enough to act on, in the zone of the asker', () => {
  const { text } = render(badAfternoon());

  expect(text.split('\n').slice(0, 4)).toEqual([
    '7 changes to production since 14:00 (2 h 13 min, your time) in 3 services. The last: checkout 1.42.0, 12 minutes ago.',
    'Terraform has been silent for 9 h (usually every 30 min), so changes may be missing.',
    'Look here first:',
    '1. checkout 1.41.3 → 1.42.0 (Retry payment calls), deploy 10:58 by ada',
  ]);
});

it('shows how the question was understood where that was not plain', () => {
  const { window } = badAfternoon();
  const notes = ['02:30 does not exist that day; 03:30 was taken.'];

  expect(render(badAfternoon({ window: { ...window, notes } })).drawn[1]).toBe(notes[0]);
});

it('gives each button what to ask again with', () => {
  const { buttons } = render(badAfternoon({ total: 40, next: 'cursor', elsewhere: 3 }));

  expect(buttons.map(({ action_id, text, value }) => [action_id, text.text, value])).toEqual([
    ['since_next', 'Show older', '{"f":1}\ncursor'],
    ['since_show_elsewhere', 'Show the 3 elsewhere', '{"f":1}'],
    ['since_filter_service', 'Only checkout', '{"f":1}\ncheckout'],
    ['since_filter_kind', 'Only deploys', '{"f":1}\ndeploy'],
    ['since_widen', 'Widen to 24 h', '{"f":1}'],
    ['since_share', 'Share in channel', '{"f":1}'],
  ]);
});

it('offers an environment where several are shown, and no button that would do nothing', () => {
  const day = { from: subHours(askedAt, 24), to: askedAt, understood: 'since yesterday 16:13', notes: [] };
  const filters = { environment: null, services: ['checkout'], kinds: ['deploy'], actor: null, text: null } as const;
  const changes = [aChange(), aChange({ id: '2' }), aChange({ id: '3', environment: 'staging' })];

  const { ids, buttons } = render(anAnswer({ changes, filters, window: day }), { shareable: false });

  expect(ids).toEqual(['since_filter_environment']);
  expect(buttons[0]?.text.text).toBe('Only production');
});

it('has no buttons when the question does not fit into one', () => {
  expect(render(badAfternoon(), { state: null }).ids).toEqual([]);
});

it('leaves to the first page what belongs there', () => {
  const { all } = render(badAfternoon({ total: 40 }), { continued: true });

  expect(all).toContain('Older ones:');
  expect(all).not.toMatch(/Look here first|The last|more\./);
});

it('says who shared it, and mentions only ids of Slack', () => {
  expect(render(badAfternoon(), { sharedBy: 'U123' }).drawn[0]).toBe('Shared by <@U123>');
  expect(render(badAfternoon(), { sharedBy: 'U1> <!channel' }).all).not.toContain('<!channel');
});

it('keeps 500 changes legal, and says how many it does not show', () => {
  const services = ['checkout', 'ledger', 'search', 'web'];
  const changes = Array.from({ length: 500 }, (_, index) =>
    aChange({
      id: String(index),
      service: services[index % 4] ?? null,
      from: `1.${index}`,
      to: `1.${index + 1}`,
      occurredAt: subSeconds(askedAt, 60 + index),
      diffUrl: `https://github.com/acme/checkout/compare/v1.${index}...v1.${index + 1}`,
    }),
  );

  const { text, blocks, all } = render(anAnswer({ changes, next: 'more' }));

  expect(blockKitProblems({ text, blocks })).toEqual([]);
  expect(all.match(/^•/gm)).toHaveLength(30);
  expect(all).toContain('… and 467 more.');
  expect(all).toContain('*In all*  checkout: 125 deploys · ledger: 125 deploys');
});
