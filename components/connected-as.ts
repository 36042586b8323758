import { t } from '../utils/i18n.ts';

/** Which workspace it is, and as whom. */
export const connectedAs = (workspace: string, user: string | undefined): string =>
  user ? t('connected_as', user, workspace) : t('connected_workspace', workspace);
