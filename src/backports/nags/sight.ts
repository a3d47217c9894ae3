import { type Viewer, isHidden } from '../../domain/viewer.ts';

/** Whether a person may be told of what is of this service. */
export type Sight = (slackId: string, service: string | null) => boolean;

interface Concern {
  readonly slackId: string;
  readonly service: string | null;
}

/**
 * What each of these may be told alone: made, handed over or claimed by a name, a backport of a restricted service is for
 * its owners nevertheless.
 */
export async function sightOf(
  viewerOf: (slackId: string | null) => Promise<Viewer>,
  concerned: readonly Concern[],
): Promise<Sight> {
  const anybody = await viewerOf(null);
  const asked = new Set(concerned.filter(({ service }) => isHidden(anybody, [service])).map(({ slackId }) => slackId));
  const viewers = new Map<string, Viewer>();
  for (const slackId of asked) viewers.set(slackId, await viewerOf(slackId));
  return (slackId, service) => !isHidden(viewers.get(slackId) ?? anybody, [service]);
}
