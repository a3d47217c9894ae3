import type { Answer } from '../domain/answer.ts';
import type { Question } from '../domain/question.ts';

export interface AskOptions {
  /** IANA name of the asker's time zone. */
  readonly timezone: string;
  readonly now: Date;
  /** Changes per page, 1 to 500. */
  readonly limit: number;
  /** `Answer.next` of the page before; null for the first page. */
  readonly cursor: string | null;
}

/** `not-found`: the question names something that the timeline does not hold, such as a version never deployed. */
export type Asked =
  | { readonly outcome: 'answer'; readonly answer: Answer }
  | { readonly outcome: 'not-found'; readonly problem: string; readonly examples: readonly string[] };

/** The one way in which Slack, HTTP, the CLI and the playground ask. */
export type Ask = (question: Question, options: AskOptions) => Promise<Asked>;
