/** Something about a change that makes it likelier to hurt, with the sentence that a person reads. */
export interface Risk {
  readonly name:
    | 'direct-push'
    | 'forced-push'
    | 'unreviewed'
    | 'self-merged'
    | 'rollback'
    | 'failed';
  readonly text: string;
}
