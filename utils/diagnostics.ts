import { browser } from 'wxt/browser';
import { captures } from './captures/store.ts';
import { viewsOf } from './captures/view.ts';
import { download } from './download.ts';
import { history } from './history.ts';
import { accounts } from './onboarding/accounts.ts';
import type { Check } from './onboarding/contract.ts';
import { readPolicy } from './policy.ts';
import { settings } from './settings.ts';
import { masked, withoutAddresses } from './support.ts';

/** Gives the user a file of it, for support. */
export async function saveDiagnostics(): Promise<void> {
  download('mailbox-connect.json', JSON.stringify(await diagnostics(), undefined, 2), 'application/json');
}

/**
 * What helps to find out why something does not work: no code, no token, no whole address, and nothing of private
 * windows. All but the settings is chosen field by field, so that one added later is not in it by itself; the settings hold
 * nothing secret. An address in any text of it is masked.
 */
export async function diagnostics(): Promise<object> {
  const [chosen, { policy, ignored }, { all, current }, held, ended, permissions] = await Promise.all([
    settings.read(),
    readPolicy(),
    accounts.read(),
    captures.read(),
    history.read(),
    browser.permissions.getAll(),
  ]);
  return masking({
    version: browser.runtime.getManifest().version,
    time: new Date().toISOString(),
    browser: navigator.userAgent,
    language: browser.i18n.getUILanguage(),
    settings: chosen,
    policies: { set: Object.keys(policy), ignored },
    origins: permissions.origins,
    workspaces: all.map(({ id, address, access, met }) => ({
      isCurrent: id === current,
      address,
      access: 'token' in access ? 'token' : 'sign-in',
      ...(met
        ? { workspace: met.workspace.id, key: met.keys.keys[0]?.kid, hasOtherKey: !!met.otherKeys }
        : {}),
    })),
    captures: viewsOf(Object.values(held))
      .filter((capture) => !capture.private)
      .map(({ provider, email, state, account, code, reasons, fault, tries, connection }) => ({
        provider,
        email: masked(email),
        state,
        account,
        code,
        reasons,
        fault,
        tries,
        connection: connection && {
          id: connection.id,
          verdict: connection.verdict,
          checks: {
            receiving: checkOf(connection.checks.receiving),
            sending: checkOf(connection.checks.sending),
          },
        },
      })),
    history: ended.slice(0, 50).map(({ email, provider, at, verdict, code, requestId }) => ({
      email: masked(email),
      provider,
      at,
      verdict,
      code,
      requestId,
    })),
  });
}

/** Without the log-in, which is an address where it is not known by another name. */
function checkOf(check: Check): object {
  if (check.status === 'pending') return { status: check.status };
  const { status, host, port, ms, tries } = check;
  if (status === 'ok') return { status, host, port, ms, tries };
  const { stage, code, reason, retryable, serverText } = check;
  return { status, host, port, ms, tries, stage, code, reason, retryable, serverText };
}

/** Whatever was written into it, by whomever: no address is whole. */
function masking<T>(value: T): T {
  if (typeof value === 'string') return withoutAddresses(value) as T;
  if (Array.isArray(value)) return value.map(masking) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, masking(one)])) as T;
}
