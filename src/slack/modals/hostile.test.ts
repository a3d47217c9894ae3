import type { KnownBlock, ModalView } from '@slack/types';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { askedAt } from '../../../test/answers.ts';
import { change, date, harm, maybe, mrkdwnOf, strangers, text } from '../../../test/hostile.ts';
import { aFault, anAlert, verdict } from '../../../test/incident-cards.ts';
import type { Change } from '../../domain/change.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import { verdicts } from '../../domain/incidents/incident.ts';
import type { Vocabulary } from '../../domain/question.ts';
import { severities } from '../../domain/signal.ts';
import { blockKitProblems } from '../block-limits.ts';
import { renderAlertsToPart, renderParted } from '../messages/incident-alerts.ts';
import { renderChoices } from '../messages/incident-choices.ts';
import { renderIncidentHelp } from '../messages/incident-help.ts';
import {
  renderAlready,
  renderCorrected,
  renderMitigated,
  renderNoted,
  renderRefusedWish,
  renderThereIsOne,
  renderUnknownIncident,
} from '../messages/incident-said.ts';
import { renderMarkdown } from '../messages/incident-timeline.ts';
import { renderSayWhy, renderVerdictSaid, renderWhichChange } from '../messages/verdict-said.ts';
import { renderCorrectModal } from './correct.ts';
import { renderNoteMessageModal, renderNoteModal } from './note.ts';
import { renderResolveModal } from './resolve.ts';
import { renderResolved, renderResolvedBefore } from './resolved.ts';
import { renderStartModal, renderStarted } from './start.ts';
import { renderTold } from './told.ts';
import { renderVerdictModal } from './verdict.ts';

const now = askedAt;
const measures = { toDetect: 60_000, toMitigate: null, toResolve: 3_600_000 };
const incident: fc.Arbitrary<Incident> = fc
  .record({
    id: fc.constantFrom('1', '42', '123456789012345678'),
    title: text,
    symptom: text,
    severity: fc.option(fc.constantFrom(...severities)),
    environment: maybe,
    services: fc.array(text, { maxLength: 12 }),
    startedAt: date,
    mitigatedAt: fc.option(date),
    resolvedAt: fc.option(date),
    causeNote: maybe,
    private: fc.boolean(),
  })
  .map(aFault);
const changes = fc
  .tuple(fc.array(change, { maxLength: 6 }), fc.constantFrom(1, 40))
  .map(([some, copies]) =>
    Array.from({ length: copies }, (_, copy) =>
      some.map((each, at) => ({ ...each, id: String(copy * 100 + at + 1) })),
    ).flat(),
  );
const vocabulary: fc.Arbitrary<Vocabulary> = fc
  .tuple(fc.array(text, { maxLength: 6 }), fc.constantFrom(0, 150))
  .map(([names, more]) => {
    const all = [...names, ...Array.from({ length: more }, (_, at) => `service-${at}`)];
    const map = new Map(all.map((name) => [name.toLowerCase(), name]));
    return { services: map, environments: map };
  });

function modalHarm(view: ModalView): readonly string[] {
  return [...blockKitProblems(view), ...strangers(mrkdwnOf(view.blocks))];
}

function suspectsAmong(all: readonly Change[], why: string) {
  return all
    .slice(0, 12)
    .map((each) => ({ change: each, score: 1, likelihood: 'likely' as const, reasons: [{ text: why, weight: 1 }] }));
}

it('draws every modal within the limits, with nothing from outside but letters', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(incident, changes, vocabulary, text, fc.constantFrom(...verdicts), (fault, all, known, words, said) => {
      const suspects = suspectsAmong(all, words);
      const before = { ...verdict('1', said, words), saidBy: words };
      const found = { ranking: { suspects, ruledOut: [] }, changes: all, verdicts: new Map([['1', before]]) };
      const message = { channelId: 'C1', ts: '1763647500.000100', userId: 'U1', text: words };
      const [first] = all;
      const place = { title: words, environment: words, services: [words], startedAt: fault.startedAt };
      const started = { ...place, vocabulary: known, channelId: 'C1', cardChannel: words };
      const views = [
        ...(first === undefined
          ? []
          : ['', words].map((why) =>
              renderVerdictModal({ incident: fault, change: first, verdict: said, before, why, channelId: 'C1', now }),
            )),
        renderResolveModal({ incident: fault, found, note: words, channelId: null, now }),
        renderResolved(fault, { measures, offers: [{ url: 'https://github.com/a/b/compare/c', words, fix: words }] }),
        renderResolvedBefore(fault, { by: words, at: now, wrote: words, channelId: 'C1', now }),
        renderCorrectModal(fault, { vocabulary: known, channelId: 'C1' }),
        renderNoteModal(fault, { channelId: 'C1', text: words }),
        renderNoteMessageModal([fault, { ...fault, id: '7' }], { message, now }),
        renderNoteMessageModal([], { message, now }),
        renderStartModal({ ...started, message }),
        renderStartModal({ ...started, cardChannel: null, message: null }),
        renderStarted(fault, { cardChannel: words, fresh: true }),
        renderTold('Sorry', 'Something to read.'),
      ];

      expect(views.flatMap(modalHarm)).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

it('draws every private answer within the limits, with nothing from outside but letters', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(incident, changes, text, fc.constantFrom(...verdicts), (fault, all, words, said) => {
      const before = { ...verdict('1', said, words), saidBy: words };
      const suspects = suspectsAmong(all, words);
      const fresh = { incident: fault, why: words, before, unchanged: false, now };
      const asked = { words, verdict: said, why: words, suspects, now };
      const [first] = all;
      const some = Array.from({ length: 12 }, (_, at) => anAlert({ id: String(at + 1), title: words, url: words }));
      const messages: readonly { readonly text: string; readonly blocks: readonly KnownBlock[] }[] = [
        renderIncidentHelp(),
        renderChoices({ incidents: Array.from({ length: 7 }, () => fault), purpose: 'note', words, now }),
        renderChoices({ incidents: [], purpose: 'resolve', words, now }),
        renderUnknownIncident(fault.id),
        renderAlertsToPart(fault, { alerts: some, going: 20, over: 0, isFloor: true }, now),
        renderParted(fault, fault),
        renderNoted(fault, words),
        ...(first === undefined
          ? []
          : [
              renderVerdictSaid({ ...fresh, change: first, verdict: said }),
              renderSayWhy(fault, { change: first, name: words, verdict: said, why: words }),
              renderSayWhy(fault, { change: first, name: null, verdict: said, why: '' }),
            ]),
        renderWhichChange(fault, { ...asked, found: all }),
        renderWhichChange(fault, { ...asked, found: [] }),
        renderMitigated(fault, measures),
        renderAlready(fault, { what: 'resolved', by: words, at: now, now }),
        renderCorrected(fault, [words], now),
        renderRefusedWish(words),
        renderThereIsOne(fault, words, now),
        ...renderMarkdown(fault, `# ${words}\n${'x'.repeat(30_000)}\n${'line\n'.repeat(9000)}`, words),
      ];

      expect(messages.flatMap(harm)).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
