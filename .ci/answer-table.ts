import { writeFile } from 'node:fs/promises';
import { type AnswerRule, RULES, type Step } from '../backend/src/verification/answer-rules.ts';
import messages from '../public/_locales/en/messages.json' with { type: 'json' };

export const ANSWERS_FILE = new URL('../docs/mail-server-answers.md', import.meta.url);

const STEPS: Record<Step, string> = {
  greeting: 'before the log-in',
  'sign-in': 'log-in',
  'open-inbox': 'opening the inbox',
  'mail-from': 'MAIL FROM',
};

/** `docs/mail-server-answers.md`, from the rules. Written by `npm run docs`; a test keeps it in step. */
export function answerTable(): string {
  return `# What mail servers answer

Made from \`backend/src/verification/answer-rules.ts\` by \`npm run docs\`. The rules are asked from top to bottom, and the first whose
words are found decides. To teach the verifier an answer, add a line there, and a case to \`tests/fixtures/mail-server-answers.json\`:
who said it, word for word, and what was really the cause.

What no rule knows is read once more (\`wrong-password.ts\`): where all of a refused log-in's words call the password or the user
name wrong, or say nothing, it is \`AUTH_INVALID\`; where it goes on with something else, or only with that, it is \`UNKNOWN\`
with the reason \`REFUSED_WITH_REASON\`, and the user is told the server's own words. Only an \`AUTH_INVALID\` is ever tried again,
and only of a code that was just made.

An answer to MAIL FROM counts only if it is about the mailbox: not a \`4xx\` (but for limits and locks), not greylisting, not a
refusal of our own address, not a \`50x\` of a server that does not understand. Nothing is sent: no recipient is ever named.

| Words (a pattern, any case) | At | Said by | Meaning | Told to the user |
| --- | --- | --- | --- | --- |
${RULES.map(row).join('\n')}
`;
}

const row = (rule: AnswerRule): string =>
  `| ${[code(rule.says.source), placeOf(rule), rule.where, meaning(rule), told(rule)].join(' | ')} |`;

/** In a cell: no rule has backticks. */
const code = (text: string): string => `\`\`${text.replaceAll('|', '\\|')}\`\``;

function placeOf({ step, at, host }: AnswerRule): string {
  const steps = step ? step.map((it) => STEPS[it]).join(', ') : 'any step';
  const servers = at ? `; servers that speak as ${at}'s${host ? `, ${code(host.source)}` : ''}` : '';
  return steps + servers;
}

const codesOf = ({ code: meant }: AnswerRule): string[] =>
  typeof meant === 'string' ? [meant] : [...new Set(Object.values(meant))];

function meaning(rule: AnswerRule): string {
  const codes = codesOf(rule).map((it) => `\`${it}\``);
  const reason = rule.reason ? `, \`${rule.reason}\`` : '';
  const wait = rule.waitSeconds ? `; wait ${inWords(rule.waitSeconds)}, or as the words say` : '';
  return codes.join(' or ') + reason + wait;
}

const inWords = (seconds: number): string => (seconds < 3600 ? `${seconds / 60} min` : `${seconds / 3600} h`);

/** The sentence the extension shows, in English, with the provider and the address as it has them. */
function told(rule: AnswerRule): string {
  const texts = messages as Record<string, { message: string }>;
  const [first = ''] = codesOf(rule);
  const waits = rule.waitSeconds === undefined ? undefined : texts[`wait_${first}`];
  const text = texts[`why_${rule.reason}`] ?? waits ?? texts[`code_${first}`];
  return (text?.message ?? '')
    .replace(/\$1/g, '*provider*')
    .replace(/\$2/g, '*address*')
    .replace(/\$3/g, rule.reason ? "*the server's words*" : '*time*');
}

if (import.meta.main) await writeFile(ANSWERS_FILE, answerTable());
