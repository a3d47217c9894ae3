import { hostname, userInfo } from 'node:os';

/** Who runs this process, where no person of Slack acts: `<user>@<host>`. */
export function processUser(): string {
  return `${userName()}@${hostname()}`.slice(0, 300);
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container the user may have no name.
    return String(process.getuid?.() ?? 'unknown');
  }
}
