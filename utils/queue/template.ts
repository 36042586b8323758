import { SenderTemplate } from '../onboarding/contract.ts';
import { stored } from '../stored.ts';

/** How every mailbox that is sent is to be set up in the workspace. */
export const senderTemplate = stored<SenderTemplate>('disk', 'template', SenderTemplate, {});

export type TemplateField = keyof SenderTemplate;

/** What is wrong with it. The words are in `_locales`. */
export type TemplateProblem = 'control' | 'long' | 'many';

/** As the contract wants them, to be said in words. */
export const MOST_LETTERS: Record<TemplateField, number> = { fromName: 100, client: 100, tags: 50 };
export const MOST_TAGS = 20;

/** What was typed as a template: what is empty is left out, and so is a tag that is there twice. */
export function templateFrom({
  fromName,
  client,
  tags,
}: {
  fromName: string;
  client: string;
  tags: readonly string[];
}): SenderTemplate {
  const unique = [...new Set(tags.map((tag) => tag.trim()).filter(Boolean))];
  return {
    ...(fromName.trim() ? { fromName: fromName.trim() } : {}),
    ...(client.trim() ? { client: client.trim() } : {}),
    ...(unique.length > 0 ? { tags: unique } : {}),
  };
}

/** What is wrong with each field; the contract's own rules say whether anything is. */
export function templateProblems(template: SenderTemplate): Partial<Record<TemplateField, TemplateProblem>> {
  const problems: Partial<Record<TemplateField, TemplateProblem>> = {};
  for (const field of Object.keys(template) as TemplateField[]) {
    const value = template[field];
    if (SenderTemplate.safeParse({ [field]: value }).success) continue;
    const texts = [value ?? []].flat();
    if (texts.some((text) => /\p{Cc}/u.test(text))) problems[field] = 'control';
    else problems[field] = texts.some((text) => text.length > MOST_LETTERS[field]) ? 'long' : 'many';
  }
  return problems;
}

/** The tags in what was typed, and what may become another one: a comma ends a tag. */
export function tagsIn(typed: string): { tags: string[]; rest: string } {
  const parts = typed.split(/[,،、;]/);
  return {
    tags: parts
      .slice(0, -1)
      .map((part) => part.trim())
      .filter(Boolean),
    rest: parts.at(-1)?.trimStart() ?? '',
  };
}
