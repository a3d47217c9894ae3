import type { RespondFn } from '@slack/bolt';
import type { Click } from './click.ts';
import type { HomeChoice } from './home-choice.ts';
import type { About } from './modals/about.ts';
import type { Entered } from './submission.ts';
import type { Pressed } from './shortcut.ts';
import type { Member } from './who.ts';

export interface CommandRequest {
  readonly asker: Member;
  /** As Slack sends it, escaped. */
  readonly text: string;
  readonly channelId: string;
  /** Without `#`; `privategroup` where Slack does not say it. */
  readonly channelName: string;
  /** Opens a modal, for three seconds. */
  readonly triggerId: string;
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

export interface SubmissionRequest {
  readonly asker: Member;
  readonly about: About;
  readonly entered: Entered;
  /** The same for every copy of one submission. */
  readonly key: string;
}

export interface ShortcutRequest {
  readonly asker: Member;
  readonly pressed: Pressed;
  readonly respond: RespondFn;
}
