import { lookup, Resolver } from 'node:dns/promises';

/** The longest a question may take, however many servers are asked, in ms. */
const LOOKUP_MS = 5000;

/** One server may be slow to answer, or lose a question. */
const TRY_MS = 1500;

/**
 * Asks DNS servers, those of the system if none are named.
 * @returns nothing where there is no such name, or no such record of it
 * @throws Error when DNS does not say
 */
export async function askDns<T>(
  servers: readonly string[],
  question: (resolver: Resolver) => Promise<T[]>,
): Promise<T[]> {
  const resolver = new Resolver({ timeout: TRY_MS, tries: 2 });
  if (servers.length > 0) resolver.setServers(servers);
  const late = setTimeout(() => resolver.cancel(), LOOKUP_MS);
  try {
    return await question(resolver);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTFOUND' || code === 'ENODATA') return [];
    throw error;
  } finally {
    clearTimeout(late);
  }
}

/**
 * The addresses of a host, in the order in which they are to be tried.
 * @throws Error with `code` ENOTFOUND when there are none, any other when DNS does not say
 */
export async function addressesOf(host: string, servers: readonly string[]): Promise<string[]> {
  if (servers.length === 0) {
    const found = await lookup(host, { all: true, verbatim: false });
    return found.map(({ address }) => address);
  }
  const answers = await Promise.allSettled([
    askDns(servers, (resolver) => resolver.resolve4(host)),
    askDns(servers, (resolver) => resolver.resolve6(host)),
  ]);
  const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  // Some servers fail when asked for a kind that there is none of.
  if (addresses.length > 0) return addresses;
  const failed = answers.find((answer) => answer.status === 'rejected');
  throw failed?.reason ?? Object.assign(new Error('No such host'), { code: 'ENOTFOUND' });
}
