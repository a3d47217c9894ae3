import {
  homeAcceptanceConfirmed,
  homeBackportOpened,
  homeBackportSeconded,
  homeBackportSnoozed,
  homeQuietChosen,
  homeQuietEnded,
  homeRefreshed,
  homeRemindersChosen,
} from './actions/home-pressed.ts';
import { nameSaid, nameTakenBack } from './actions/name-said.ts';
import type { SlackContext } from './context.ts';
import type { HomeRequest } from './request.ts';

type HomeListener = (context: SlackContext, request: HomeRequest) => Promise<void>;

/** What may be pressed or chosen in the Home tab. */
export const homeActions: Readonly<Record<string, HomeListener>> = {
  names_suggested: nameSaid,
  names_chosen: nameSaid,
  names_own: nameSaid,
  names_undo: nameTakenBack,
  home_refresh: homeRefreshed,
  home_backport_open: homeBackportOpened,
  home_backport_snooze: homeBackportSnoozed,
  home_backport_second: homeBackportSeconded,
  home_confirm: homeAcceptanceConfirmed,
  home_reminders: homeRemindersChosen,
  home_quiet_from: homeQuietChosen,
  home_quiet_to: homeQuietChosen,
  home_quiet_none: homeQuietEnded,
};
