import { useId, useState } from 'preact/hooks';
import { t } from '../../utils/i18n.ts';
import type { SenderTemplate } from '../../utils/onboarding/contract.ts';
import {
  MOST_LETTERS,
  MOST_TAGS,
  type TemplateField,
  type TemplateProblem,
  tagsIn,
  templateFrom,
  templateProblems,
} from '../../utils/queue/template.ts';

interface Props {
  saved: SenderTemplate;
  onSave: (template: SenderTemplate) => Promise<void>;
}

/** How each mailbox that is sent from now on is set up in the workspace. */
export function TemplateForm({ saved, onSave }: Props) {
  const id = useId();
  const [fromName, setFromName] = useState(saved.fromName ?? '');
  const [client, setClient] = useState(saved.client ?? '');
  const [tags, setTags] = useState<readonly string[]>(saved.tags ?? []);
  const [tag, setTag] = useState('');
  const [problems, setProblems] = useState<ReturnType<typeof templateProblems>>({});
  const [isSaved, setIsSaved] = useState(false);

  const changed = (): void => {
    setIsSaved(false);
    setProblems({});
  };
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    // What stands in the field is meant as a tag, with or without a comma after it.
    const template = templateFrom({ fromName, client, tags: [...tags, tag] });
    const found = templateProblems(template);
    setProblems(found);
    if (Object.keys(found).length > 0) return;
    setTags(template.tags ?? []);
    setTag('');
    await onSave(template);
    setIsSaved(true);
  };
  const field = (
    name: TemplateField,
    label: string,
    hint: string,
    value: string,
    onInput: (value: string) => void,
  ) => {
    const problem = problems[name];
    return (
      <div class="stack tight">
        <label for={`${id}-${name}`}>{label}</label>
        <input
          id={`${id}-${name}`}
          type="text"
          dir="auto"
          autocomplete="off"
          value={value}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-${name}-hint`}
          onInput={({ currentTarget }) => {
            changed();
            onInput(currentTarget.value);
          }}
        />
        <p id={`${id}-${name}-hint`} class={problem ? 'error' : 'hint'} role={problem ? 'alert' : undefined}>
          {problem ? problemWords(name, problem) : hint}
        </p>
      </div>
    );
  };
  return (
    <form class="stack" noValidate onSubmit={(event) => void submit(event)}>
      <p class="hint">{t('queue_template_lead')}</p>
      {field('fromName', t('queue_from_name'), t('queue_from_name_hint'), fromName, setFromName)}
      {field('client', t('queue_client'), t('queue_client_hint'), client, setClient)}
      {field('tags', t('queue_tags'), t('queue_tags_hint'), tag, (typed) => {
        const { tags: more, rest } = tagsIn(typed);
        setTags([...new Set([...tags, ...more])]);
        setTag(rest);
      })}
      {tags.length > 0 && (
        <ul class="chips" aria-label={t('queue_tags')}>
          {tags.map((one) => (
            <li key={one} class="chip">
              <bdi>{one}</bdi>
              <button
                type="button"
                class="quiet"
                onClick={() => {
                  changed();
                  setTags(tags.filter((other) => other !== one));
                }}
              >
                <span aria-hidden="true">✕</span>
                <span class="unseen">{t('queue_tag_remove', one)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <div class="row">
        <button type="submit">{t('queue_template_save')}</button>
        <span role="status" class="hint">
          {isSaved && t('options_saved')}
        </span>
      </div>
    </form>
  );
}

function problemWords(field: TemplateField, problem: TemplateProblem): string {
  switch (problem) {
    case 'control':
      return t('queue_template_control');
    case 'long':
      return t('queue_template_long', String(MOST_LETTERS[field]));
    case 'many':
      return t('queue_template_many', String(MOST_TAGS));
  }
}
