/** Fills `$1`, `$2` … in, as browsers do in their messages: `$$` is the sign itself, and what is not given is nothing. */
export const fillIn = (message: string, substitutions: readonly string[]): string =>
  message.replace(/\$(\$|\d)/g, (_, place: string) =>
    place === '$' ? '$' : (substitutions[Number(place) - 1] ?? ''),
  );
