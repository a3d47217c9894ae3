import { judgeDecision } from '../src/domain/backports/judge-decision.ts';
import type { NagView } from '../src/domain/nags/nag.ts';
import type { BackportPort, Opened, RuleRate } from '../src/slack/backports/port.ts';
import { aPull } from './nag-views.ts';

/** What Slack's part works with, held in memory: the views that a test gives it, judged as they are elsewhere. */
export function backportsInMemory() {
  const held = {
    views: [] as NagView[],
    rates: [] as RuleRate[],
    unknown: [] as string[],
    /** What becomes of asking for a pull request; null: it is made. */
    opened: null as Opened | null,
    followed: [] as string[],
  };
  const of = (id: string) => held.views.find(({ backport }) => backport.id === id);
  const put = (view: NagView) => {
    held.views = held.views.map((each) => (each.backport.id === view.backport.id ? view : each));
  };
  const port: BackportPort = {
    list: ({ mine, service, hidden, offset, limit }) => {
      const found = held.views.filter(
        ({ backport, owner }) =>
          (mine === null || owner?.slackId === mine) &&
          (service === null || backport.service === service) &&
          !hidden.includes(backport.service ?? ''),
      );
      const page = found.slice(offset, offset + limit);
      return Promise.resolve({
        views: page,
        total: found.length,
        everywhere: held.views.length,
        unknown: held.unknown,
      });
    },
    get: (id) => Promise.resolve(of(id) ?? null),
    decide: (id, decision, { id: by }) => {
      const view = of(id);
      if (view === undefined) return Promise.resolve({ outcome: 'unknown' });
      const risk = view.severity === 'high' ? (view.severityReason ?? 'it is of high risk') : null;
      const deciding = { by, now: new Date(), risk, last: null, claimed: new Set<string>() };
      const judged = judgeDecision(view.backport, decision, deciding);
      if (judged.outcome === 'refused') return Promise.resolve(judged);
      if (judged.outcome === 'changes') {
        const { denied, ...changes } = judged.changes;
        put({
          ...view,
          backport: { ...view.backport, ...changes, ...(denied === undefined ? {} : { proposed: null }) },
        });
      }
      return Promise.resolve({ outcome: 'done', said: judged.said });
    },
    openPull: (id) => {
      const view = of(id);
      if (view === undefined) return Promise.resolve({ outcome: 'unknown' });
      if (held.opened !== null) return Promise.resolve(held.opened);
      if (view.pull !== null) return Promise.resolve({ outcome: 'exists', pull: view.pull });
      const pull = aPull({ state: 'wanted', number: null, url: null });
      put({ ...view, pull });
      return Promise.resolve({ outcome: 'asked', pull });
    },
    rates: () => Promise.resolve(held.rates),
    follow: (id) => {
      held.followed.push(id);
      return Promise.resolve();
    },
  };
  return { held, port };
}
