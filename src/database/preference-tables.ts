export interface Preferences {
  person: string;
  quiet_from: string | null;
  quiet_to: string | null;
  reminders: boolean;
  changed_at: Date;
}

export interface Welcomes {
  team: string;
  person: string;
  begun_at: Date;
  done_at: Date | null;
}

export interface SourcePings {
  source: string;
  received_at: Date;
}
