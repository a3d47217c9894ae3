import type { RespondFn } from '@slack/bolt';
import type { Click } from './click.ts';
import type { HomeChoice } from './home-choice.ts';
import type { Member } from './who.ts';

export interface CommandRequest {
  readonly asker: Member;
  /** As Slack sends it, escaped. */
  readonly text: string;
  readonly respond: RespondFn;
}

export interface ClickRequest {
  readonly asker: Member;
  readonly click: Click;
  readonly respond: RespondFn;
}

export interface HomeRequest {
  readonly asker: Member;
  readonly choice: HomeChoice;
}
