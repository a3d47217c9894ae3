import { type ReaderContext, ignored, told } from '../reading/reader.ts';
import type { Parsed } from '../reading/source.ts';
import { type FluxEvent, detailsOf, objectOf, placeOf } from './event.ts';

/** `pushed commit '1b9dba9' to branch 'main'`, and the commit's message in further lines. */
const pushed = /^pushed commit '([0-9a-f]{7,40})' to branch '([^']{1,200})'/;

/** A commit that Flux made of new images: what it deploys is told by what applies it. */
export function readImageUpdate(event: FluxEvent, context: ReaderContext): Parsed {
  const [first = '', ...rest] = event.message;
  const [, commit, branch] = pushed.exec(first) ?? [];
  if (event.severity === 'error' || commit === undefined || branch === undefined) {
    return ignored(`${event.reason}: no commit was pushed`);
  }
  const { serviceName, ...place } = placeOf(event, context);
  return told({
    statement: {
      key: `flux:${objectOf(event)}:pushed:${commit}`,
      ...place,
      phase: 'happened',
      kind: 'note',
      title: `Flux pushed new image versions to ${branch}`,
      to: commit.slice(0, 7),
      branch,
      ...detailsOf(event, { automation: serviceName, commit: rest.length === 0 ? undefined : rest.slice(0, 20) }),
    },
    identities: [{ type: 'push', value: `flux:${objectOf(event)}:${commit}` }],
    mentions: [],
  });
}
