import { type Random, chance, pick, pickShare } from './random.ts';
import type { Story } from './story.ts';
import { codeTopics } from './topics.ts';
import type { World } from './world.ts';

/** How the trouble is worded when the incident is opened. Assumed: most begin as an alert, which knows no cause. */
export const wordings = {
  /** An alert's: what is wrong, and where. */
  alert: 0.42,
  /** What is wrong in words of the matter; in a third of these with the name of the setting, flag or object. */
  matter: 0.2,
  /** Names what is called, rightly or not. */
  called: 0.12,
  /** In the language of the team. */
  foreign: 0.1,
  /** Speaks of something else that happens to be seen. */
  misleading: 0.08,
  vague: 0.08,
} as const;
export type Wording = keyof typeof wordings;

const alerts = [
  (service: string) => `5xx rate high on ${service}`,
  (service: string) => `${service}: p99 latency above 2 s`,
  (service: string) => `ErrorBudgetBurn ${service}`,
  (service: string) => `${service} is down`,
  (service: string) => `High error rate in ${service} (production)`,
];
const foreign = [
  (service: string) => `${service} antwortet nicht mehr, viele Fehler 500`,
  (service: string) => `${service} está muy lento desde hace unos minutos`,
  (service: string) => `Erreurs en rafale sur ${service}`,
  (service: string) => `${service} でエラーが多発しています`,
  (service: string) => `${service} fora do ar para alguns clientes`,
];
const vague = ['Something is wrong', 'Customers complain', 'Site slow', 'SEV2: many alerts', 'Is anything broken?'];

/** `subject`: the service that is named; null: none is known. */
export function symptomOf(
  random: Random,
  { world, story, subject }: { readonly world: World; readonly story: Story; readonly subject: string | null },
): { readonly wording: Wording; readonly title: string; readonly symptom: string } {
  const wording = pickShare(random, wordings);
  const at = subject ?? 'production';
  const cause = story.causes[0];
  switch (wording) {
    case 'alert':
      return { wording, title: pick(random, alerts)(at), symptom: '' };
    case 'foreign':
      return { wording, title: pick(random, foreign)(at), symptom: '' };
    case 'vague':
      return { wording, title: pick(random, vague), symptom: '' };
    case 'matter': {
      const names = cause !== undefined && chance(random, 0.35) ? `Logs mention ${cause.plan.topic.key}.` : '';
      return { wording, title: `${at}: ${story.hurts}`, symptom: names };
    }
    case 'misleading':
      return { wording, title: `${pick(random, world.services)}: ${pick(random, codeTopics).hurts}`, symptom: '' };
    case 'called': {
      const called = calledBy(random, world, story);
      return { wording, title: pick(random, alerts)(at), symptom: `Timeouts calling ${called}.` };
    }
  }
}

/** The cause where it is called; else whatever is, which is seen just as well. */
function calledBy(random: Random, { dependsOn, services }: World, { location, causes, affected }: Story): string {
  const service = causes[0]?.service ?? null;
  if (location === 'dependency' && service !== null && chance(random, 0.7)) return service;
  const calls = dependsOn.get(affected) ?? [];
  return pick(random, calls.length === 0 ? services : calls);
}
