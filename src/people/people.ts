import type { Directory } from '../domain/people/directory.ts';
import type { Person } from '../domain/people/person.ts';

/** Who is who: the settings first, then what people said of themselves, then the addresses that Slack knows. */
export interface People {
  /**
   * Whom a login, a name or an address of git (`Ada <ada@example.com>`), a member id or `@ada` means. `slackId` is null
   * where nobody said, or they are no full member of the workspace any more; then `name` is what was given. Null: a
   * machine.
   */
  readonly personOf: (identity: string) => Promise<Person | null>;
  /**
   * Every login, name and e-mail address of a member, lower-case as `changes.actors` has them, the best known first.
   * Empty: nobody said, or no full member.
   */
  readonly identitiesOf: (slackId: string) => Promise<readonly string[]>;
  /** The settings with all that is known of these identities: for many at once, and for who owns what. */
  readonly directoryOf: (identities: readonly string[]) => Promise<Directory>;
}
