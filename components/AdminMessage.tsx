import type { ProviderGuide } from '../providers/registry/types.ts';
import { t } from '../utils/i18n.ts';
import type { Code } from '../utils/onboarding/contract.ts';
import { CopyButton } from './CopyButton.tsx';

/** What only an organisation's administrator can switch on. */
const FOR_ADMIN: ReadonlySet<Code> = new Set<Code>([
  'IMAP_DISABLED',
  'TENANT_SMTP_OFF',
  'MAILBOX_SMTP_OFF',
  'TENANT_SECURITY_DEFAULTS',
  'TENANT_POLICY',
]);
export const isForAdmin = (code: Code): boolean => FOR_ADMIN.has(code);

/** A message for the administrator, to be copied: what is wanted, and where it is switched on. */
export function AdminMessage({ guide, email }: { guide: ProviderGuide; email: string }) {
  const text = t(`admin_message_${guide.admin ?? 'any'}`, guide.name, email || '…');
  return <CopyButton label={t('admin_copy')} text={() => text} />;
}
