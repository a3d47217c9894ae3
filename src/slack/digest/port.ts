import type { DigestTimes } from '../../domain/digest/schedule.ts';
import type { Composed } from '../../domain/digest/digest.ts';

/** What Slack's part of the digest works with. */
export interface DigestPort {
  /** Null: the settings want none. */
  readonly times: DigestTimes | null;
  /** Where the digest of everything goes, as the settings write it. */
  readonly channel: string | null;
  /** Whether the channels of services get one too. */
  readonly ofServices: boolean;
  /** What would be told now; of a channel of services, theirs only. */
  readonly preview: (channel: { readonly id: string; readonly name: string }, now: Date) => Promise<Composed>;
}
