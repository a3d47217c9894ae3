import type { Preferences } from '../../preferences/preferences.ts';

/** What the Home tab of one person works with. */
export interface HomePort {
  /** All that they are called elsewhere, lower-case. Empty: nobody said who they are there. */
  readonly identitiesOf: (slackId: string) => Promise<readonly string[]>;
  /** The services that they look after. */
  readonly servicesOf: (slackId: string) => readonly string[];
  /** Whether what is asked about this service (null: all of them) may wait for them: they look after it, or nobody does. */
  readonly concerns: (slackId: string, service: string | null) => boolean;
  /** Heeded from now on wherever they are told something. */
  readonly changePreferences: (slackId: string, change: Partial<Preferences>, now: Date) => Promise<Preferences>;
  /** The address at which sources reach us; null: nobody said. */
  readonly publicUrl: string | null;
}
