import type { Preferences } from '../../preferences/preferences.ts';

/** What of all services is somebody's. */
export interface Concern {
  /** The services that they look after. */
  readonly services: readonly string[];
  /** Whether what is asked about this service (null: all of them) may wait for them: they look after it, or nobody does. */
  readonly includes: (service: string | null) => boolean;
}

/** What the Home tab of one person works with. */
export interface HomePort {
  readonly concernOf: (slackId: string) => Promise<Concern>;
  /** Heeded from now on wherever they are told something. */
  readonly changePreferences: (slackId: string, change: Partial<Preferences>, now: Date) => Promise<Preferences>;
  /** The address at which sources reach us; null: nobody said. */
  readonly publicUrl: string | null;
}
