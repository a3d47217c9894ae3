import { type IncidentWorld, startWorld } from '../incidents/world.ts';
import { services } from './fill.ts';
import { type Limits, startLimits } from './limits.ts';

export const channels = 50;
/** Of subscriptions. */
export const others = 100;

export interface DigestWorld extends AsyncDisposable {
  readonly world: IncidentWorld;
  readonly limits: Limits;
}

/** The service with a digest in fifty channels, and a limited Slack. Ada, who is `grace-h` elsewhere, has ten services. */
export async function startDigestWorld(url: string): Promise<DigestWorld> {
  await using started = new AsyncDisposableStack();
  let limits: Limits | null = null;
  const world = await startWorld(url, {
    channels: [...digestChannels(), ...subscribedChannels()],
    settings: (slack) => {
      const ada = slack.workspace.people.find(({ name }) => name === 'ada');
      return settingsFor(ada?.id ?? '');
    },
    apiUrl: async (slack) => {
      limits = started.use(await startLimits(slack.apiUrl));
      return limits.apiUrl;
    },
  });
  started.defer(() => world.close());
  if (limits === null) throw new Error('Slack has no limits');
  const running = started.move();
  return { world, limits, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function digestChannels(): readonly string[] {
  return ['parity', ...Array.from({ length: channels - 1 }, (_, index) => `team-${index + 1}`)];
}

export function subscribedChannels(): readonly string[] {
  return Array.from({ length: others }, (_, index) => `told-${index}`);
}

/** Due since midnight; who it is for is told when the bench says so. */
function settingsFor(slackId: string): string {
  const day = new Date().toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' }).toLowerCase();
  return JSON.stringify({
    incidents: { channel: '#incidents' },
    people: [{ name: 'grace', slack: slackId, github: 'grace-h' }],
    services: Object.fromEntries(
      Array.from({ length: services }, (_, n) => [
        `service-${n}`,
        { owners: [n < 10 ? '@grace' : '@others'], channel: `#${digestChannels()[n % channels]}` },
      ]),
    ),
    digest: { day, time: '00:00', timezone: 'UTC', channel: '#parity', services: true },
  });
}
