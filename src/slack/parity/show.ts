import type { Difference, ParityReport } from '../../domain/comparison/difference.ts';
import { isHidden, visibleNames } from '../../domain/viewer.ts';
import { groupsOf } from '../../domain/parity/groups.ts';
import type { SlackContext } from '../context.ts';
import { renderParity } from '../messages/parity.ts';
import { perPage, renderParityList } from '../messages/parity-list.ts';
import type { SlackMessage } from '../send.ts';
import { compareNow } from './find.ts';
import type { ParityState } from './state.ts';

/** More are not asked about: each is looked up in the timeline. */
const mostWritten = 40;
const mostAsked = 50;

/** The overview, or one list. */
export async function showParity(
  context: SlackContext,
  viewedBy: string,
  { pair, service, verdict, offset }: ParityState,
): Promise<SlackMessage> {
  const report = await compareNow(context, viewedBy, pair, service);
  const now = context.now();
  if (verdict === null || report.facts === 0) {
    const writers = await writersOf(context, report, alarming(report.differences));
    const viewer = await context.viewerOf(viewedBy);
    const vocabulary = visibleNames(await context.vocabulary(), viewer);
    const services = [...new Set(vocabulary.services.values())].toSorted();
    const waiting = (await context.parity.waiting(mostAsked, now)).filter(
      (each) =>
        each.pair.reference === pair.reference &&
        each.pair.mirror === pair.mirror &&
        !isHidden(viewer, [each.service]) &&
        (service === null || each.service === null || each.service === service),
    );
    return renderParity(report, { now, writers, services, waiting });
  }
  const page = groupsOf(report.differences.filter((each) => each.verdict === verdict)).slice(offset, offset + perPage);
  const writers = await writersOf(
    context,
    report,
    page.flatMap(({ differences }) => differences[0]),
  );
  return renderParityList(report, { verdict, offset, now, writers });
}

function alarming(differences: readonly Difference[]): readonly Difference[] {
  return differences.filter(({ verdict }) => verdict === 'unexplained' || verdict === 'reference-only');
}

/** Who wrote last is told where it is known, and never stands in the way of the answer. */
async function writersOf(
  { parity, log }: SlackContext,
  { pair }: ParityReport,
  differences: readonly Difference[],
): Promise<ReadonlyMap<string, string>> {
  if (differences.length === 0) return new Map();
  try {
    return await parity.lastWriters(differences.slice(0, mostWritten), pair);
  } catch (error) {
    log.warn({ err: error }, 'the timeline did not say who wrote last');
    return new Map();
  }
}
