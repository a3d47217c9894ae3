import type { ParityReport } from '../../domain/comparison/difference.ts';
import { shorten } from '../../domain/shorten.ts';
import type { SlackMessage } from '../send.ts';
import { section } from './blocks.ts';
import { bold, escaped, outside } from './escape.ts';

/** There is nothing to compare yet: what is missing, and the one command that begins it. */
export function renderFirstRun({ pair, collectors, service }: ParityReport): SlackMessage {
  const seen = new Set(collectors.map(({ environment }) => environment));
  const missing = [pair.reference, pair.mirror].filter((environment) => !seen.has(environment));
  const [next = pair.mirror] = missing;
  const names = (missing.length === 0 ? [pair.reference, pair.mirror] : missing).map((name) => shorten(name, 60));
  const of = service === null ? '' : ` of ${shorten(service, 60)}`;
  const problem = `I have seen nothing${of} in ${names.join(' or ')} yet`;
  const argument = (name: string) => (/^[\w.-]+$/.test(name) ? name : JSON.stringify(name));
  const command = shorten(
    `npm run -s sincewhen -- snapshot ${argument(next)} --collector dotenv .env --service ${argument(service ?? 'checkout')}`,
    300,
  );
  const rest =
    missing.length === 2
      ? ` Then the same for ${outside(pair.mirror, 60)}; from then on \`/parity\` compares them.`
      : ' From then on `/parity` compares them.';
  return {
    text: outside(`${problem}, so there is nothing to compare. Run this where its files are: ${command}`, 900),
    blocks: [
      section(`${bold(problem, 300)}, so there is nothing to compare.`),
      section(
        `Run this where its files are, by hand or in a CI job:\n\`\`\`${escaped(command.replaceAll('`', "'"))}\`\`\`${rest}`,
      ),
      section(
        'Other collectors read Kubernetes, PostgreSQL, packages, Terraform and more: `sincewhen snapshot --help` lists them.',
      ),
    ],
  };
}
