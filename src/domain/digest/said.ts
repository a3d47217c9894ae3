/** Why a digest was of no use. */
export const digestCauses = ['noise', 'known', 'wrong', 'other'] as const;
export type DigestCause = (typeof digestCauses)[number];

/** That a channel is told nothing for now. */
export interface DigestMute {
  /** A Slack member id. */
  readonly by: string;
  readonly at: Date;
  /** Null: until somebody says otherwise. */
  readonly until: Date | null;
}

export function isMuted(mute: DigestMute | null, now: Date): mute is DigestMute {
  return mute !== null && (mute.until === null || mute.until > now);
}
