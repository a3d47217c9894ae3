import type { Kind } from '../../domain/change.ts';
import type { TimelineEvent } from '../../domain/event.ts';
import { firstCodePoints, outsideJson } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import { type FlagChange, flagChange, flagTitle } from '../reading/flag-words.ts';
import { lookUp } from '../reading/look-up.ts';
import { ignored, told } from '../reading/reader.ts';
import type { Parsed } from '../reading/source.ts';
import { type Entry, actorIn, linkIn } from './entry.ts';
import { type Place, placesOf } from './place.ts';
import { flagStateIn, segmentStateIn } from './state.ts';
import { wordsOf } from './words.ts';

/**
 * What describes a flag or plans its change, and changes nothing that anybody is served:
 * https://launchdarkly.com/docs/home/account/role-actions
 */
const paperwork =
  /^(?:update(?:Name|Description|Tags|Maintainer|Temporary|AttachedGoals|Color|FlagCustomProperties|FlagLink|FlagCodeReferences|TrackEvents|FlagFallthroughTrackEvents|FlagRuleDescription|ExperimentBaseline|ApprovalRequest|ApprovalSettings|ScheduledChanges|FeatureWorkflows|ConfirmChanges|RequireComments|Critical|DefaultTrackEvents|IncludeInSnippetByDefault|NamingConvention|LifecycleSettings)|(?:create|delete)(?:FlagLink|ApprovalRequest|Triggers)|reviewApprovalRequest|updateTriggers|deleteFlagAttachedGoalResults|deleteExperimentResults|manageFlagFollowers|link\w*ToView|unlink\w*FromView|(?:add|remove|replace)ReleasePipeline|viewSdkKey)$/;

const kinds: Readonly<Record<string, Kind>> = { flag: 'flag', segment: 'flag', experiment: 'flag' };

/** One event for each environment that the entry is about: what was changed there, by whom and why. */
export function changeOf(entry: Entry): Parsed {
  const events = placesOf(entry).flatMap((place) => eventsAt(entry, place));
  return events.length === 0
    ? ignored(`a change of ${entry.kind} that nobody is served differently by`)
    : told(...events);
}

function eventsAt(entry: Entry, place: Place): readonly TimelineEvent[] {
  const { words, before, after } = differenceAt(entry, place);
  if (words.length === 0 && isPaperwork(entry, place)) return [];
  const object = place.key ?? entry.key ?? entry.name ?? entry.kind;
  const subject = entry.kind === 'flag' ? object : `${nounOf(entry.kind)} ${entry.name ?? object}`;
  const id = `launchdarkly:${entry.id}:${place.environment ?? '*'}`;
  const details = defined({ name: entry.name === object ? undefined : entry.name, project: place.project });
  return [
    {
      statement: {
        key: `launchdarkly:${firstCodePoints(entry.kind, 50)}:${entry.id}:${place.environment ?? '*'}`,
        source: 'launchdarkly',
        occurredAt: entry.at.toISOString(),
        clock: 'source',
        phase: 'happened',
        kind: lookUp(kinds, entry.kind) ?? 'config',
        title: flagTitle(subject, words.length > 0 ? words : wordsOf(entry, place.actions)),
        ...defined({
          environmentName: place.environment,
          actor: actorIn(entry),
          reason: entry.comment,
          url: linkIn(entry),
          before: Object.keys(before).length === 0 ? undefined : outsideJson(before),
          after: Object.keys(after).length === 0 ? undefined : outsideJson(after),
          details: Object.keys(details).length === 0 ? undefined : details,
        }),
      },
      identities: [{ type: 'audit-log-entry', value: id }],
      mentions: [],
    },
  ];
}

function differenceAt({ kind, previousVersion, currentVersion }: Entry, { environment }: Place): FlagChange {
  const stateIn = kind === 'flag' ? flagStateIn : kind === 'segment' ? segmentStateIn : undefined;
  const [before, after] = [stateIn?.(previousVersion, environment), stateIn?.(currentVersion, environment)];
  return before === undefined || after === undefined ? { words: [], before: {}, after: {} } : flagChange(before, after);
}

/** Of an environment its name is worth telling: it is what people look for in their settings. */
function isPaperwork({ kind }: Entry, { actions }: Place): boolean {
  return kind !== 'environment' && actions.length > 0 && actions.every((action) => paperwork.test(action));
}

function nounOf(kind: string): string {
  return /^ai-?config$/.test(kind) ? 'AI config' : kind.replaceAll('-', ' ');
}
